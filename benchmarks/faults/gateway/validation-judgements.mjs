// Whose fault it is that two validators are of another mind, by class: the words of OpenAPI, JSON Schema or an RFC, and where
// they say nothing this gateway's own (docs/gateway/policies.md). A disagreement that no class is about is ours.

/**
 * The classes: the first that matches has it. `who`: another validator; `said`: its complaint, "" where it takes the request.
 * @type {[is: (disagreement: any) => boolean, why: string][]}
 */
const CLASSES = [
  // -- ours, on purpose
  [
    ({ isTaken, group }) => isTaken && group === "query: an unknown name",
    "a choice: names that nothing describes go on, unless `unknownQuery: refuse`: OpenAPI has no word about them",
  ],
  [
    ({ isTaken, group, said }) =>
      isTaken && (/a key of nobody/.test(group) || /query additionalProperties/.test(said)),
    "a choice: an object spread over the query (form, explode): another name there is not known to be a member of it",
  ],
  [
    ({ isTaken, group }) => isTaken && /a field where a file belongs/.test(group),
    "RFC 7578 §4.2: a part needs no filename to be a file's",
  ],
  [
    ({ isTaken, group, who }) => isTaken && who === "ajv" && /: missing$|: of another kind$/.test(group),
    "OpenAPI 3.0.3, Schema Object: `required` of a readOnly member is the reply's; an empty form is no body",
  ],
  [
    ({ isTaken, said }) => isTaken && said === "requestBody required",
    "OpenAPI 3.0.3, Schema Object: `required` of a readOnly member is the reply's",
  ],
  [
    ({ isTaken, said }) => isTaken && said === "requestBody enum",
    "a choice. OpenAPI 3.0.3: `nullable` beside an `enum` without null. Its words give `type` alone a null; this gateway lets it pass, as people mean it",
  ],
  [
    ({ isTaken, said }) => (!isTaken || !/oneOf/.test(said) ? false : true),
    "JSON Schema 2020-12 §10.2.1.3: a text has one reading here, so one branch fits; coerced, it fits two",
  ],
  [
    ({ isTaken, problem }) => !isTaken && /Content-Type/.test(problem ?? ""),
    "RFC 9110 §8.3, RFC 8259 §8.1: a media type that is not declared, not one, or in another charset is 415",
  ],
  [
    ({ isTaken, problem }) => !isTaken && /is repeated/.test(problem ?? ""),
    "OpenAPI 3.1.1, Parameter Object: one value stands once; repeated, two readers take two values",
  ],
  [
    ({ isTaken, problem, group }) =>
      !isTaken &&
      /^(?:query|header|cookie): /.test(group) &&
      /expected|minLength|required|malformed|enum|format|pattern|minimum|maximum|type/.test(problem ?? ""),
    'JSON Schema: "" and texts of another grammar than JSON\'s are no numbers and no booleans; they are values all the same',
  ],
  [
    ({ isTaken, problem, message }) =>
      !isTaken && problem === "body required: is required" && message.body === "",
    "RFC 9110 §8.6: `Content-Length: 0` is no body, and one is required",
  ],
  // -- Prism
  [
    ({ who, said }) => who === "prism" && said.startsWith("threw"),
    "Prism throws where a parameter of a delimited style is not there",
  ],
  [
    ({ who, isTaken, said }) => who === "prism" && isTaken && /body additionalProperties/.test(said),
    "OpenAPI 3.0.3, Schema Object: readOnly SHOULD NOT be sent, which forbids nothing; Prism takes such members out of the schema",
  ],
  [
    ({ who, isTaken, said, message }) =>
      who === "prism" &&
      isTaken &&
      /body type/.test(said) &&
      /form/.test(message.headers["content-type"] ?? ""),
    "OpenAPI 3.0.3, Media Type Object: a member of a form has its schema's type; Prism asks for a text",
  ],
  [
    ({ who, isTaken, said }) =>
      who === "prism" && isTaken && /query (?:required|type|additionalProperties)/.test(said),
    "OpenAPI 3.1.1, Parameter Object: objects and lists in one text; Prism reads them as something else",
  ],
  [
    ({ who, isTaken, group }) => who === "prism" && !isTaken && group.startsWith("cookie"),
    "OpenAPI: parameters of a cookie; Prism does not look at them",
  ],
  [
    ({ who, isTaken, others, group }) =>
      who === "prism" && !isTaken && others.ajv !== undefined && group.startsWith("query"),
    "OpenAPI: Ajv refuses the value; Prism reads lists, objects and JSON in a query less strictly",
  ],
  [
    ({ who, isTaken, others }) =>
      who === "prism" && !isTaken && others.ajv !== undefined && others.ajv !== "",
    "JSON Schema: Ajv refuses the value; Prism skips null and false as a body, and bodies behind circular or nullable schemas",
  ],
  // -- openapi-backend
  [
    ({ who, said }) => who === "backend" && said.startsWith("threw"),
    "openapi-backend cannot compile the schema (exclusive limits and `nullable` of 3.0)",
  ],
  [
    ({ who, isTaken, said }) =>
      who === "backend" && isTaken && /path (?:type|required)|query additionalProperties/.test(said),
    "OpenAPI 3.1.1, Parameter Object: styles of lists and objects, which openapi-backend does not read",
  ],
  [
    ({ who, isTaken, said }) => who === "backend" && isTaken && /^ required/.test(said),
    "OpenAPI: a body that is no JSON; openapi-backend sees none",
  ],
  [
    ({ who, isTaken, others }) =>
      who === "backend" && !isTaken && others.ajv !== undefined && others.ajv !== "",
    "OpenAPI: Ajv refuses the value; openapi-backend looks at JSON bodies alone, and not at media types",
  ],
  [
    ({ who, isTaken, others }) =>
      who === "backend" && !isTaken && others.prism !== undefined && others.prism !== "",
    "OpenAPI: Prism refuses it too; openapi-backend looks at JSON bodies alone",
  ],
];

export function judgementOf(disagreement) {
  const found = CLASSES.find(([is]) => is(disagreement));
  if (found !== undefined) return { isOurs: false, sentence: found[1] };
  const { group, problem, said } = disagreement;
  return { isOurs: true, sentence: `not judged: ${group} | ${problem} | ${said}`.slice(0, 200) };
}
