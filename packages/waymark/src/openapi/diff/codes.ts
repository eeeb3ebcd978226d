/**
 * Every kind of change that `diffDocuments` names, and what it means for a client that was made for the older document:
 * `received` where it stands in what the API receives (requests, answers to callbacks), `sent` where it stands in what the
 * API sends (responses, webhooks). What is received may be widened, what is sent may be narrowed.
 */
const CODES = {
  "operation-removed": { received: "breaking", sent: "breaking", means: "method and path are gone" },
  "deprecated-operation-removed": { received: "breaking", sent: "breaking", means: "the same, but it was marked deprecated" },
  "sunset-operation-removed": { received: "compatible", sent: "compatible", means: "the same, and the date of its `x-sunset` has passed" },
  "operation-added": { received: "compatible", sent: "compatible", means: "a new method and path" },
  "operation-id-changed": { received: "breaking", sent: "breaking", means: "generated clients name their methods after it" },
  "callback-removed": { received: "breaking", sent: "breaking", means: "a callback or webhook is not sent any more" },
  "callback-added": { received: "compatible", sent: "compatible", means: "a new callback or webhook" },
  "server-removed": { received: "breaking", sent: "breaking", means: "a base address is gone" },
  "server-added": { received: "compatible", sent: "compatible", means: "a new base address" },
  "server-changed": { received: "breaking", sent: "breaking", means: "a variable of a server has another default, or fewer values" },

  "security-added": { received: "breaking", sent: "breaking", means: "what was public needs credentials" },
  "security-removed": { received: "compatible", sent: "compatible", means: "what needed credentials is public" },
  "security-alternative-removed": { received: "breaking", sent: "breaking", means: "one of several ways to sign in is gone" },
  "security-alternative-added": { received: "compatible", sent: "compatible", means: "another way to sign in" },
  "security-scheme-added": { received: "breaking", sent: "breaking", means: "a way to sign in needs a further credential" },
  "security-scheme-removed": { received: "compatible", sent: "compatible", means: "a way to sign in needs one credential less" },
  "security-scope-added": { received: "breaking", sent: "breaking", means: "a scope is needed that was not" },
  "security-scope-removed": { received: "compatible", sent: "compatible", means: "a scope is not needed any more" },
  "security-scheme-changed": { received: "breaking", sent: "breaking", means: "a credential is carried or issued differently" },

  "parameter-added": { received: "compatible", sent: "compatible", means: "a new optional parameter" },
  "required-parameter-added": { received: "breaking", sent: "compatible", means: "a new parameter that must be there" },
  "parameter-removed": { received: "breaking", sent: "breaking", means: "a parameter is gone: at best it is ignored in silence" },
  "parameter-moved": { received: "breaking", sent: "breaking", means: "from query to header, and the like" },
  "parameter-renamed": { received: "documentation", sent: "documentation", means: "a path parameter: the same on the wire, another word in generated clients" },
  "parameter-became-required": { received: "breaking", sent: "compatible", means: "an optional parameter must be there now" },
  "parameter-became-optional": { received: "compatible", sent: "breaking", means: "a required parameter may be absent now" },
  "parameter-style-changed": { received: "breaking", sent: "breaking", means: "`style`, `explode`, `allowReserved`, its media type, or how far into the path it reaches" },

  "request-body-added": { received: "compatible", sent: "compatible", means: "an optional body where there was none" },
  "required-request-body-added": { received: "breaking", sent: "compatible", means: "a body is needed where there was none" },
  "request-body-removed": { received: "breaking", sent: "breaking", means: "there is no body any more" },
  "request-body-became-required": { received: "breaking", sent: "compatible", means: "an optional body must be there now" },
  "request-body-became-optional": { received: "compatible", sent: "breaking", means: "a required body may be absent now" },
  "media-type-removed": { received: "breaking", sent: "breaking", means: "of a request or a response" },
  "media-type-added": { received: "compatible", sent: "compatible", means: "of a request or a response" },
  "encoding-changed": { received: "breaking", sent: "breaking", means: "how a field of a form is written" },

  "success-status-removed": { received: "breaking", sent: "breaking", means: "a status below 400" },
  "success-status-changed": { received: "breaking", sent: "breaking", means: "one status below 400 took the place of another" },
  "success-status-added": { received: "compatible", sent: "compatible", means: "clients go by the class of a status they do not know (RFC 9110, section 15)" },
  "error-status-removed": { received: "compatible", sent: "compatible", means: "a status from 400, or `default`" },
  "error-status-added": { received: "compatible", sent: "compatible", means: "a status from 400, or `default`" },
  "header-removed": { received: "breaking", sent: "breaking", means: "of a response" },
  "header-added": { received: "compatible", sent: "compatible", means: "of a response" },
  "header-became-required": { received: "breaking", sent: "compatible", means: "of a response" },
  "header-became-optional": { received: "compatible", sent: "breaking", means: "of a response" },
  "links-changed": { received: "documentation", sent: "documentation", means: "of a response" },
  "protocol-removed": { received: "breaking", sent: "breaking", means: "a subprotocol of a WebSocket" },
  "protocol-added": { received: "compatible", sent: "compatible", means: "a subprotocol of a WebSocket" },

  "type-narrowed": { received: "breaking", sent: "compatible", means: "number to integer, fewer types" },
  "type-widened": { received: "compatible", sent: "breaking", means: "integer to number, more types" },
  "type-changed": { received: "breaking", sent: "breaking", means: "another type" },
  "null-removed": { received: "breaking", sent: "compatible", means: "`null` is not possible any more" },
  "null-added": { received: "compatible", sent: "breaking", means: "`null` is possible now" },
  "enum-value-removed": { received: "breaking", sent: "compatible", means: "one of the values is gone" },
  "enum-value-added": { received: "compatible", sent: "breaking", means: "a new value: strict clients refuse what they do not know" },
  "enum-added": { received: "breaking", sent: "compatible", means: "only some values are possible now" },
  "enum-removed": { received: "compatible", sent: "breaking", means: "any value is possible now" },
  "const-changed": { received: "breaking", sent: "breaking", means: "the only value is another one" },
  "limit-narrowed": { received: "breaking", sent: "compatible", means: "`minimum`, `maxLength`, `minItems`, `multipleOf`, `uniqueItems` and the like" },
  "limit-widened": { received: "compatible", sent: "breaking", means: "the same, the other way" },
  "limit-changed": { received: "breaking", sent: "breaking", means: "a `multipleOf` that is neither wider nor narrower" },
  "pattern-added": { received: "breaking", sent: "compatible", means: "a `pattern` where there was none" },
  "pattern-removed": { received: "compatible", sent: "breaking", means: "the `pattern` is gone" },
  "pattern-changed": { received: "breaking", sent: "breaking", means: "another `pattern`: which one takes more is not decided" },
  "format-added": { received: "breaking", sent: "compatible", means: "a `format` where there was none" },
  "format-removed": { received: "compatible", sent: "breaking", means: "the `format` is gone" },
  "format-narrowed": { received: "breaking", sent: "compatible", means: "int64 to int32, double to float" },
  "format-widened": { received: "compatible", sent: "breaking", means: "int32 to int64, float to double" },
  "format-changed": { received: "breaking", sent: "breaking", means: "another format" },
  "property-added": { received: "compatible", sent: "compatible", means: "a new optional property" },
  "required-property-added": { received: "breaking", sent: "compatible", means: "a new property that must be there" },
  "property-removed": { received: "breaking", sent: "breaking", means: "a property is gone: ignored or refused in requests, missed in responses" },
  "property-became-required": { received: "breaking", sent: "compatible", means: "an optional property is always there" },
  "property-became-optional": { received: "compatible", sent: "breaking", means: "a required property may be absent now" },
  "additional-properties-forbidden": { received: "breaking", sent: "compatible", means: "undeclared properties are refused now" },
  "additional-properties-allowed": { received: "compatible", sent: "compatible", means: "undeclared properties are possible now" },
  "read-only-added": { received: "breaking", sent: "documentation", means: "requests may not carry the property any more" },
  "read-only-removed": { received: "compatible", sent: "documentation", means: "requests may carry the property" },
  "write-only-added": { received: "documentation", sent: "breaking", means: "responses do not carry the property any more" },
  "write-only-removed": { received: "documentation", sent: "compatible", means: "responses carry the property" },
  "alternative-removed": { received: "breaking", sent: "compatible", means: "of `oneOf` or `anyOf`" },
  "alternative-added": { received: "compatible", sent: "breaking", means: "of `oneOf` or `anyOf`" },
  "alternatives-narrowed": { received: "breaking", sent: "compatible", means: "`anyOf` became `oneOf`: a value may not meet two any more" },
  "alternatives-widened": { received: "compatible", sent: "breaking", means: "`oneOf` became `anyOf`" },
  "discriminator-changed": { received: "breaking", sent: "breaking", means: "its property or the values for the alternatives" },
  "constraint-added": { received: "breaking", sent: "compatible", means: "`not`, `if`, `contains`, `propertyNames`, `patternProperties` and the like" },
  "constraint-removed": { received: "compatible", sent: "breaking", means: "the same, the other way" },
  "constraint-changed": { received: "breaking", sent: "breaking", means: "one of these is another one: which takes more is not decided" },
  "default-changed": { received: "compatible", sent: "documentation", means: "what an absent value stands for" },

  "deprecated-added": { received: "documentation", sent: "documentation", means: "an operation, parameter or property" },
  "deprecated-removed": { received: "documentation", sent: "documentation", means: "an operation, parameter or property" },
  "sunset-changed": { received: "documentation", sent: "documentation", means: "`x-sunset` of an operation" },
  "tags-changed": { received: "documentation", sent: "documentation", means: "of an operation or of the document" },
  "description-changed": { received: "documentation", sent: "documentation", means: "titles, summaries, descriptions, external documentation" },
  "example-changed": { received: "documentation", sent: "documentation", means: "of a schema, parameter, header or media type" },
} as const; // prettier-ignore

/** Stands in output and in `--ignore`, and does not change its meaning. */
export type ChangeCode = keyof typeof CODES;

/** "breaking": a client made for the older document may fail with the newer one. */
export type ChangeKind = "breaking" | "compatible" | "documentation";

/** Which way a value goes, seen from the API. */
export type Flow = "received" | "sent";

/** What a change means for clients: in what the server receives, in what it sends, and in words. */
export interface ChangeMeaning {
  readonly received: ChangeKind;
  readonly sent: ChangeKind;
  readonly means: string;
}

/** Every kind of change, and what it means for clients where it is in a request and where in a response. */
export const CHANGE_CODES: Readonly<Record<ChangeCode, ChangeMeaning>> = CODES;

export function isChangeCode(text: string): text is ChangeCode {
  return Object.hasOwn(CODES, text);
}
