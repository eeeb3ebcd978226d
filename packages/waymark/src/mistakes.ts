import * as sentence from "./routing/sentences.ts";
import type { Mistake } from "./start-up-error.ts";

/*
 * Everything that can be wrong with an application before it serves, each under a code that never changes its meaning:
 * WM1xx methods, paths and routers; WM2xx inputs, bind and rename; WM3xx dependencies; WM4xx options and replies;
 * WM5xx schemas; WM6xx routes beside each other. Whoever reports one adds the route and the place.
 */

const mistake = (code: string, message: string, remedy: string): Mistake => ({ code, message, remedy });

// -- WM1xx: methods, paths and routers --------------------------------------------------------------------------------

export const unknownMethod = (method: string, known: readonly string[]): Mistake =>
  mistake("WM101", sentence.isNotAMethod(method), `Use one of ${known.join(", ")}.`);

/** A key of a table that is not a method, one space and a path. */
export const malformedKey = (key: string): Mistake =>
  mistake("WM102", sentence.mustLookLike(key), "Write the method, one space, and the path.");

/** `fault` is a sentence of `parseTemplate`. */
export const malformedTemplate = (fault: string): Mistake =>
  mistake("WM103", fault, "A template is like /items/{itemId}, /{id}.json or /files/{rest:path}.");

export const prefixWithoutSlash = (prefix: string): Mistake =>
  mistake("WM104", sentence.mustStartWithSlash(prefix), `Write '/${prefix}'.`);

export const prefixEndsWithSlash = (prefix: string): Mistake =>
  mistake(
    "WM105",
    sentence.mustNotEndWithSlash(prefix),
    "Leave the last '/' to the paths: they begin with it.",
  );

export const includesItself = (prefixes: readonly string[]): Mistake =>
  mistake(
    "WM106",
    `a router includes itself${prefixes.length === 0 ? "" : `, by way of ${prefixes.map((each) => `'${each}'`).join(", ")}`}`,
    "Include it in its parent alone.",
  );

/** A socket at a method of HTTP. */
export const socketElsewhere = (method: string): Mistake =>
  mistake(
    "WM107",
    sentence.doesNotTakeASocket(method),
    "Write WEBSOCKET in the place of the method, or app.websocket(…).",
  );

export const notASocket = (): Mistake =>
  mistake("WM108", sentence.takesASocket(), "Give it socket({ … }, function), or another method.");

/** A mount takes everything below its path by itself. */
export const mountAtCatchAll = (path: string): Mistake =>
  mistake(
    "WM121",
    `'${path}' ends in a catch-all, and a mount takes every path below its own by itself`,
    "Leave the catch-all out of the mount's path.",
  );

export const mountEndsWithSlash = (path: string): Mistake =>
  mistake(
    "WM122",
    sentence.mustNotEndWithSlash(path),
    "A mount answers its path with and without a '/' at the end.",
  );

export const noDirectory = (directory: string, what: string): Mistake =>
  mistake(
    "WM123",
    `the directory of static files, ${directory}, ${what}`,
    "Make it before the application starts, or say check: false if it comes later.",
  );

/** Of an application. */
export const invalidRootPath = (given: string): Mistake =>
  mistake(
    "WM124",
    `rootPath is what stands before every path, and ${given} cannot`,
    'Begin it with "/", and leave out the last "/", query and fragment: "/shop".',
  );

/** `given` is what stands where `by` should. */
export const versionsByNothing = (given: string): Mistake =>
  mistake(
    "WM131",
    `versions.by is ${given}, which no version can be read by`,
    'Say "path", "header" or "media-type".',
  );

export const noVersions = (given: string): Mistake =>
  mistake(
    "WM132",
    `versions.list is ${given}, which names no version`,
    'Name all versions, the oldest first: list: ["1", "2"].',
  );

export const invalidVersionName = (given: string): Mistake =>
  mistake(
    "WM133",
    `the name of a version is ${given}, which cannot be sent`,
    'Write a text of letters, digits, ".", "-" and "_", not beginning or ending with one of these: "1", "2026-06-01".',
  );

export const versionTwice = (name: string): Mistake =>
  mistake("WM134", `versions.list has '${name}' twice`, "Take one of them away.");

export const allVersionsRetired = (): Mistake =>
  mistake("WM135", "versions.list has no version that is not retired", "Keep one, or leave versions away.");

/** `what` says the version: "version", "versions.default". */
export const unknownVersion = (what: string, version: string, known: readonly string[]): Mistake =>
  mistake(
    "WM136",
    `${what} is '${version}', which is no version`,
    known.length === 0 ? "There is none that it could be." : `Use one of ${list(known)}.`,
  );

export const invalidVersionPrefix = (given: string): Mistake =>
  mistake(
    "WM137",
    `versions.prefix is ${given}, which cannot stand before a path`,
    'Begin it with "/", let {version} stand in it once and nothing else in braces, and leave out the last "/": "/v{version}".',
  );

export const invalidVersionHeader = (given: string): Mistake =>
  mistake(
    "WM138",
    `versions.name is ${given}, which cannot be the name of a header field`,
    "A name is letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 §5.6.2).",
  );

export const invalidVersionType = (given: string): Mistake =>
  mistake(
    "WM139",
    `versions.type is ${given}, which no version can be added to`,
    'Write a media type of your own, in lower case, without version and "+json": "application/vnd.shop".',
  );

/** Of a route, a router or `include`. */
export const versionWithoutVersions = (): Mistake =>
  mistake(
    "WM141",
    "a version is said, and the application has none",
    'Give the app versions: { by: "path", list: ["1", "2"] }, or take the version away.',
  );

export const emptyVersion = (): Mistake =>
  mistake(
    "WM142",
    "version is an empty list",
    "Name a version, or take it away: a route without one is of all.",
  );

export const retiredVersion = (version: string): Mistake =>
  mistake(
    "WM143",
    `version is '${version}', which is retired`,
    "Take the route away, or the version out of its list.",
  );

export const versionOutside = (version: string, around: readonly string[]): Mistake =>
  mistake(
    "WM144",
    `version is '${version}', and what is around it is of ${list(around)} alone`,
    "A route is of versions that its routers are of: let them say it too, or put it elsewhere.",
  );

/** Of `documents` of an application. */
export const invalidDocumentName = (name: string): Mistake =>
  mistake(
    "WM151",
    `documents has one named '${name}'`,
    name === "public"
      ? "That is the main one: openapi, docs and redoc say what is special about it."
      : 'Name it by letters, digits, "-" and "_".',
  );

export const invalidAudience = (given: string): Mistake =>
  mistake(
    "WM152",
    `audience is ${given}, which names nobody`,
    'Give a text, or several: audience: "internal".',
  );

export const unknownAudience = (
  audience: string,
  near: string | undefined,
  known: readonly string[],
): Mistake =>
  mistake(
    "WM153",
    `no document is for the audience '${audience}'${near === undefined ? "" : `: did you mean '${near}'?`}`,
    `Documents are for ${list(known)}; documents: { … } of the app makes more of them, and hidden: true is for none.`,
  );

// -- WM2xx: inputs, bind and rename -------------------------------------------------------------------------------------

export const missingName = (path: string, name: string): Mistake =>
  mistake(
    "WM201",
    sentence.mustContain(path, name),
    `Add {${name}} to the path, or bind what reads it to another source.`,
  );

/** The same for a name that only a dependency reads. */
export const missingDependencyName = (path: string, name: string, dependency: string): Mistake =>
  mistake(
    "WM201",
    sentence.mustContain(path, name),
    `The dependency ${dependency} reads it: add {${name}} to the path, or say which name it is here with rename: { ${key(name)}: "…" }.`,
  );

export const unreadName = (path: string, name: string, free: readonly string[]): Mistake =>
  mistake(
    "WM202",
    sentence.nothingReads(path, name),
    free.length === 0
      ? "Take it out of the path, or give the function an input for it."
      : `Take it out of the path, or say which input it is with bind: { ${key(free[0]!)}: path(…, { name: "${name}" }) }.`,
  );

export const unboundGiven = (input: string): Mistake =>
  mistake(
    "WM203",
    sentence.hasNoSource(input),
    `Add bind: { ${key(input)}: constant(…) }, or another source.`,
  );

export const unknownInput = (input: string, near: string | undefined, inputs: readonly string[]): Mistake =>
  mistake(
    "WM204",
    sentence.hasNoInput(input, near),
    inputs.length === 0 ? "It has none." : `It has ${list(inputs)}.`,
  );

export const noWireName = (input: string): Mistake =>
  mistake(
    "WM205",
    sentence.hasNoWireName(input),
    `Bind a marker or a dependency to '${input}', not a string.`,
  );

export const wholeBody = (input: string): Mistake =>
  mistake(
    "WM206",
    sentence.isTheWholeBody(input),
    "Only one of several bodies has a key that bind can change.",
  );

export const notASource = (input: string, given: string): Mistake =>
  mistake(
    "WM207",
    `'${input}' is bound to ${given}, which is no source`,
    "Bind a wire name, a marker such as query(…), a dependency, or constant(…).",
  );

export const unknownRename = (name: string, near: string | undefined, read: readonly string[]): Mistake =>
  mistake(
    "WM208",
    sentence.noDependencyReads(name),
    near !== undefined
      ? `Did you mean '${near}'?`
      : read.length === 0
        ? "They read nothing of the request."
        : `They read ${list(read)}.`,
  );

export const invalidWireName = (place: string, name: string): Mistake =>
  mistake(
    "WM209",
    `'${name}' cannot be the name of a ${place}`,
    "A name is letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 §5.6.2).",
  );

/** The inputs of a function are one object, and this name of it is its prototype. */
export const unusableInputName = (name: string): Mistake =>
  mistake(
    "WM214",
    `'${name}' cannot be the name of an input`,
    'Call it otherwise, and say its wire name by the option "name".',
  );

export const notAWireName = (name: string): Mistake =>
  mistake(
    "WM210",
    `'${name}' is renamed to something that is not a string`,
    "Give the wire name on this route.",
  );

export const notAMarker = (input: string, given: string): Mistake =>
  mistake(
    "WM211",
    `the input '${input}' is ${given}, not a marker`,
    /^(?:a|the) function/.test(given)
      ? "Call what makes a marker: request(). A function whose result is wanted is a dependency: dependency({ input: { … } }, function)."
      : "Say where it comes from: path(…), query(…), body(…), a dependency, ….",
  );

/** `given` stands where an endpoint or its function belongs. */
export const notAFunction = (given: string): Mistake =>
  mistake(
    "WM212",
    `${given} stands where the function belongs`,
    "Give it endpoint({ … }, function), or a function without arguments.",
  );

export const argumentsWithoutInput = (): Mistake =>
  mistake(
    "WM213",
    "the function takes arguments, and nothing says where they come from",
    "Wrap it: endpoint({ input: { … } }, function), with inputs such as path(…), query(…), body(…) or request().",
  );

export const severalWireNames = (input: string): Mistake =>
  mistake(
    "WM215",
    sentence.hasNoWireName(input),
    `It is a group, with a name for each property: bind a source to '${input}', such as the same group with names: { … }.`,
  );

export const unknownProperty = (
  property: string,
  near: string | undefined,
  properties: readonly string[],
): Mistake =>
  mistake(
    "WM216",
    `names of a group says '${property}', which is no property of its schema`,
    near === undefined ? `It has ${list(properties)}.` : `Did you mean '${near}'?`,
  );

export const sameWireName = (place: string, name: string, properties: readonly string[]): Mistake =>
  mistake(
    "WM217",
    `the properties ${properties.map((each) => `'${each}'`).join(" and ")} of a group are both the ${place} '${name}'`,
    "Give one of them another name by names: { … }.",
  );

/** Of each the kind of reading, and the name of the first input of that kind. */
export const twoReadingsOfBody = (
  [kind, input]: readonly ["body" | "form" | "parts", string],
  [otherKind, other]: readonly ["body" | "form" | "parts", string],
): Mistake =>
  mistake(
    "WM218",
    `'${input}' reads the body as ${READINGS[kind]}, and '${other}' as ${READINGS[otherKind]}`,
    "A request has one body. JSON beside files is a form: read it with form(Schema), which takes an object as JSON text.",
  );

const READINGS = {
  body: "one value (body)",
  form: "a form (form, file, files)",
  parts: "the parts of a form as they come (parts)",
} as const;

export const fieldAndFile = (name: string): Mistake =>
  mistake(
    "WM219",
    `'${name}' of the form is read as a field and as a file`,
    "Give one of the inputs another wire name.",
  );

/** `input` as a sentence has it: "'limit'", or "'limit' of the dependency paging". */
export const bodyOfSocket = (input: string): Mistake =>
  mistake(
    "WM231",
    `${input} is read from the body, and the request for a WebSocket has none`,
    "Take it from the path, the query, a header or a cookie, or let the client send it as a message.",
  );

export const connectionInput = (): Mistake =>
  mistake("WM232", sentence.isTheConnection(), "The function gets its connection under this name.");

export const notAMediaType = (input: string, mediaType: string): Mistake =>
  mistake(
    "WM223",
    `'${mediaType}' of the body '${input}' is not a media type`,
    'Write one like "application/xml", or a range like "image/*", without parameters.',
  );

/** The same for what a file may be. */
export const notAFileType = (input: string, mediaType: string): Mistake =>
  mistake(
    "WM220",
    `'${mediaType}', which the file '${input}' accepts, is not a media type`,
    'Write one like "image/png", or a range like "image/*", without parameters.',
  );

export const differingBodies = (one: string, other: string): Mistake =>
  mistake(
    "WM221",
    `'${one}' and '${other}' read one body in different ways`,
    "Give both the same mediaType, parse, mediaTypes and decompress; one as it was sent goes beside them where it takes their types.",
  );

export const streamNotAlone = (stream: string, other: string): Mistake =>
  mistake(
    "WM222",
    `'${stream}' takes the body as a stream, and '${other}' reads it too`,
    "A stream can be read once: take the body as bytes, or once.",
  );

// -- WM3xx: dependencies -------------------------------------------------------------------------------------------------

/** `names` begins and ends with the same dependency. */
export const cyclicDependency = (names: readonly string[]): Mistake =>
  mistake(
    "WM301",
    `a dependency depends on itself: ${names.join(" → ")}`,
    "Move what they share into a dependency of its own.",
  );

export const livesForOneRequest = (dependency: string, input: string): Mistake =>
  mistake(
    "WM302",
    sentence.livesForOneRequest(input),
    `The app-scope dependency ${dependency} takes constants and other app-scope dependencies only.`,
  );

export const givenInDependency = (dependency: string, input: string): Mistake =>
  mistake(
    "WM303",
    sentence.cannotBeGiven(input),
    `Give '${input}' of the dependency ${dependency} a source: constant(…), a marker, or a dependency.`,
  );

export const notADependency = (given: string): Mistake =>
  mistake("WM304", `${given} stands among the dependencies`, "Wrap the function: dependency({ … }, fn).");

// -- WM4xx: options and replies ------------------------------------------------------------------------------------------

export const unknownOption = (option: string, near: string | undefined): Mistake =>
  mistake("WM401", sentence.isNotAnOption(option, near), "Free data about a route belongs under metadata.");

/** The same for what an app, a router, `include`, an endpoint's or a dependency's contract takes. */
export const unknownKey = (what: string, name: string, near: string | undefined): Mistake =>
  mistake(
    "WM402",
    `'${name}' is not an option of ${what}${near === undefined ? "" : `: did you mean '${near}'?`}`,
    "Take it out, or correct it.",
  );

/** Something that is no object stands where the options of `what` do. */
export const notOptions = (what: string, given: string): Mistake =>
  mistake("WM411", `${given} stands where the options of ${what} belong`, "Give an object: { … }.");

export const mapWithoutOutput = (): Mistake =>
  mistake(
    "WM403",
    sentence.mapNeedsOutput(),
    "Add output, the schema that validates, filters and documents it.",
  );

export const invalidStatus = (status: unknown): Mistake =>
  mistake(
    "WM404",
    `${String(status)} is not a status of a reply`,
    "A status is a whole number from 200 to 599.",
  );

export const statusWithoutContent = (status: number): Mistake =>
  mistake(
    "WM405",
    `a ${status} reply has no content, and this route has an output`,
    "Take the output away, or choose another status (RFC 9110 §15).",
  );

export const invalidDate = (field: string, value: unknown): Mistake =>
  mistake(
    "WM406",
    `deprecated.${field} is ${JSON.stringify(value)}, which is not a date`,
    'Write an ISO 8601 date: "2026-06-01" or "2026-06-01T12:00:00Z".',
  );

export const sunsetBeforeDeprecation = (since: string, sunset: string): Mistake =>
  mistake(
    "WM407",
    `the sunset ${sunset} is before the deprecation ${since}`,
    "RFC 9745 §4 wants it the other way round.",
  );

export const invalidErrorStatus = (status: string): Mistake =>
  mistake(
    "WM408",
    `errors declares ${status}, which is not the status of an error`,
    "An error's status is from 400 to 599.",
  );

export const twoCanonical = (endpoint: string, other: string): Mistake =>
  mistake(
    "WM409",
    `${endpoint} has another canonical route: ${other}`,
    "Only one route of a function carries its plain operationId.",
  );

export const invalidLimit = (limit: string, given: string): Mistake =>
  mistake(
    "WM410",
    `limits.${limit} must be a number of 0 or more, not ${given}`,
    "Sizes are bytes (2 * 1024 * 1024), times milliseconds (30_000).",
  );

export const statusBesideOutputs = (status: number): Mistake =>
  mistake(
    "WM412",
    `the status ${status} stands beside an output that says its statuses itself`,
    "Take status away: a plain result has the lowest 2xx of output, and reply(status, value) says another.",
  );

export const invalidOutputStatus = (status: string): Mistake =>
  mistake(
    "WM413",
    `output declares '${status}', which is not the status of a success or a redirect`,
    "Statuses of output are from 200 to 399; those from 400 on belong under errors. An object's schema is z.object({ … }).",
  );

/** `status` is undefined where there is none at all. */
export const notAnOutput = (status: string | undefined, given: string): Mistake =>
  mistake(
    "WM414",
    status === undefined ? `${given} stands where the output belongs` : `the output ${status} is ${given}`,
    "Give a schema, content(…), jsonLines(…), events(…), empty, or { description, schema }.",
  );

export const lostOutput = (status: number): Mistake =>
  mistake(
    "WM415",
    `the function may answer ${status}, which the output of this route does not declare`,
    `Add ${status} to the route's output.`,
  );

export const unknownOpenApiVersion = (given: string, known: readonly string[]): Mistake =>
  mistake(
    "WM416",
    `openapiVersion is ${given}, which is none that can be written`,
    `Use one of ${list(known)}.`,
  );

/** `given` says what stands where a scope does. */
export const invalidScope = (given: string): Mistake =>
  mistake(
    "WM421",
    `${given} is not a scope`,
    "A scope is visible ASCII without spaces, quotes and backslashes (RFC 6749 §3.3).",
  );

export const uncheckedScopes = (scopes: readonly string[]): Mistake =>
  mistake(
    "WM422",
    `'${scopes.join(" ")}' is asked of the caller, and nothing on this route checks it`,
    "Let the route reach a credential that knows its scopes (jwt, openIdConnect, oauth2 with jwt), or a dependency that reads its credential and requiredScopes().",
  );

export const undeclaredScope = (
  scope: string,
  scheme: string,
  near: string | undefined,
  declared: readonly string[],
): Mistake =>
  mistake(
    "WM423",
    `'${scope}' is not a scope of '${scheme}'${near === undefined ? "" : `: did you mean '${near}'?`}`,
    declared.length === 0
      ? "Its flows declare no scopes."
      : `Its flows declare ${declared.map((each) => `'${each}'`).join(", ")}.`,
  );

/** `given` stands where a middleware belongs. */
export const notMiddleware = (given: string): Mistake =>
  mistake(
    "WM431",
    `${given} stands where middleware belongs`,
    "Give functions (context, next), as an array: middleware: [cors()].",
  );

/** `call` is how what makes middleware is called: "timeout(10_000)". */
export const uncalledMiddleware = (name: string, call: string): Mistake =>
  mistake("WM432", `'${name}' makes middleware, and stands where middleware belongs`, `Call it: ${call}.`);

export const notAnOptionOfSockets = (option: string): Mistake =>
  mistake(
    "WM441",
    `'${option}' is not an option of the route of a socket`,
    "It is about replies; what a socket sends is said by send of its contract.",
  );

export const invalidSocketLimit = (option: string, given: string): Mistake =>
  mistake(
    "WM442",
    `${option} of a socket must be a number of 0 or more, not ${given}`,
    "Sizes are bytes (2 * 1024 * 1024), the heartbeat milliseconds (30_000).",
  );

export const invalidProtocol = (given: string): Mistake =>
  mistake(
    "WM443",
    `${given} stands among the subprotocols of a socket`,
    "Give a list of names, each of letters, digits and !#$%&'*+-.^_`|~ (RFC 6455 §4.1).",
  );

export const invalidOrigin = (given: string): Mistake =>
  mistake(
    "WM444",
    `${given} stands among the origins of a socket`,
    'Write them as browsers do, in lower case and without a path: ["https://example.com"]; or "*" for all.',
  );

// -- WM5xx: schemas --------------------------------------------------------------------------------------------------------

/** `what` names the input or reply; `fault` is the message of a `SchemaError`. */
export const unusableSchema = (what: string, fault: string): Mistake =>
  mistake(
    "WM501",
    `${what}: ${fault}`,
    "Every schema has to say what it is in JSON Schema, and fit where it is read from.",
  );

export const differingSchemas = (place: string, name: string, readers: readonly string[]): Mistake =>
  mistake(
    "WM502",
    `the ${place} ${place === "path" ? `parameter {${name}}` : `'${name}'`} is read with different schemas, by ${readers.join(" and ")}`,
    "Use one schema for both, or give one of them another wire name.",
  );

// -- WM6xx: routes beside each other ------------------------------------------------------------------------------------------

/** Both as "GET /items/{itemId}". */
export const sameRoute = (second: string, first: string, firstAt: string | undefined): Mistake =>
  mistake(
    "WM601",
    `'${second}' is the same route as '${first}'`,
    `The other one is ${firstAt === undefined ? "declared before it" : `at ${firstAt}`}: take one of them away.`,
  );

export const sameOperationId = (id: string, other: string, otherAt: string | undefined): Mistake =>
  mistake(
    "WM602",
    `the operationId '${id}' is also that of ${other}${otherAt === undefined ? "" : `, at ${otherAt}`}`,
    "Give one of the functions a name of its own, or one of the routes an operationId.",
  );

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

function list(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(", ");
}
