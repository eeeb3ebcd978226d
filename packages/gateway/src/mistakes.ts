import type { Found } from "./findings.ts";

/*
 * Everything that can be wrong with a configuration or a document, and what is worth a warning, each under a code that never
 * changes its meaning: see `Mistake`. Whoever reports one adds the place.
 */

const found = (code: string, message: string, remedy: string): Found => ({ code, message, remedy });
/** The first of many. */
const some = (names: readonly string[]): string =>
  names.length <= 4 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(", ");

// -- GW1xx: files ------------------------------------------------------------------------------------------------------

export const unreadableFile = (reason: string): Found =>
  found(
    "GW101",
    `it cannot be read: ${reason}`,
    /^https?:/.test(reason)
      ? "Check the address, and that the service runs; `spec: false` is for one without a document."
      : "Check the path, and who may read it.",
  );

export const unreadableText = (reason: string): Found =>
  found("GW102", `it is neither JSON nor YAML: ${reason}`, "Correct the text there.");

export const nothingMatches = (pattern: string): Found =>
  found(
    "GW103",
    `no file matches '${pattern}'`,
    "Check the pattern; it is relative to the file that holds it.",
  );

export const notAnOpenApiDocument = (what: string): Found =>
  found(
    "GW104",
    `it is no OpenAPI document: ${what}`,
    "Begin it with `openapi: 3.1.0` (3.0, 3.1, 3.2), or `swagger: '2.0'`.",
  );

export const addressNotAllowed = (url: string): Found =>
  found(
    "GW105",
    `'${url}' is an address of this machine or its network`,
    "List its host under `allowHosts` of the service if it is meant.",
  );

export const noApp = (what: string): Found =>
  found(
    "GW106",
    `the module has no Waymark application: ${what}`,
    "Write `export default app;`, or name the export: `ts:./app.ts#admin`.",
  );

export const sameNameTwice = (name: string, other: string): Found =>
  found(
    "GW107",
    `the service '${name}' is also that of ${other}`,
    "Rename a file, or name the services in gateway.yaml.",
  );

export const foreignFormat = (format: string): Found =>
  found(
    "GW108",
    `the snapshot has the format ${format}, and this gateway runs format 1`,
    "Compile it again with the version of the gateway that is to run it.",
  );

export const changedSnapshot = (): Found =>
  found(
    "GW109",
    "the snapshot is not what its hash says: it was changed, or comes from the admin port, which leaves out secrets",
    "Write it by `waymark gateway compile -o`, and change the configuration instead of it.",
  );

// -- GW2xx: the configuration ------------------------------------------------------------------------------------------

export const unknownKey = (key: string, nearest: string | undefined, known: readonly string[]): Found =>
  found(
    "GW201",
    `'${key}' is not a key that stands here`,
    nearest !== undefined
      ? `Did you mean '${nearest}'?`
      : known.length === 0
        ? "Nothing can."
        : `Known are ${list(known)}.`,
  );

export const missingKey = (key: string): Found =>
  found(
    "GW202",
    `'${key}' is missing`,
    key === "spec" ? "Write where its OpenAPI document is, or `spec: false` if it has none." : "Write it.",
  );

export const wrongValue = (value: string, expected: string): Found =>
  found("GW203", `${value} stands where ${expected} should`, "Correct the value.");

export const notOneKind = (kinds: readonly string[]): Found =>
  found(
    "GW204",
    kinds.length === 0 ? "this policy has no kind" : `this policy has ${kinds.length} kinds, ${list(kinds)}`,
    "A policy is `match` and exactly one kind: split it, or add one.",
  );

export const matchesNothing = (what: string, meant?: string): Found =>
  found(
    "GW205",
    `${what} matches no operation`,
    meant === undefined
      ? "`waymark gateway explain` lists services and operations by their names."
      : `Did you mean '${meant}'?`,
  );

export const unknownOperation = (id: string, nearest: string | undefined): Found =>
  found(
    "GW206",
    `there is no operation '${id}'`,
    nearest === undefined ? "Write `service:operationId`." : `Did you mean '${nearest}'?`,
  );

export const missingVariable = (name: string): Found =>
  found("GW207", `the environment has no ${name}`, `Set ${name}, or give it a default: \${${name}:-…}.`);

export const variableNotHere = (name: string): Found =>
  found(
    "GW208",
    `\${${name}} is not read here`,
    "The environment is for addresses, secrets and variables of servers; write the value itself.",
  );

export const unknownService = (name: string, nearest: string | undefined): Found =>
  found(
    "GW209",
    `there is no service '${name}'`,
    nearest === undefined ? "Write the name of one under `services`." : `Did you mean '${nearest}'?`,
  );

/** `sentence` is that of the policy's kind. */
export const wrongOptions = (kind: string, sentence: string): Found =>
  found("GW210", `the options of '${kind}' cannot be: ${sentence}`, "Correct them.");

/** `sentence` says what became of the module of a policy in TypeScript. */
export const unusableModule = (sentence: string): Found =>
  found("GW211", sentence, "Correct the module, or its path: it is relative to the configuration.");

export const http2WithoutTls = (): Found =>
  found(
    "GW220",
    "clients speak HTTP/2 over TLS alone, and the listener has none",
    "Give `listen` its `tls`, or remove `http2`.",
  );

export const requireWithoutCa = (): Found =>
  found(
    "GW221",
    "clients have to show a certificate, and nothing says who vouches for it",
    "Name the authority by `clientCa`; or write `request`, and let fingerprints of consumers decide.",
  );

export const nobodyIsAsked = (): Found =>
  found(
    "GW222",
    "`clientCa` vouches for clients that nobody asks for a certificate",
    "Write `clientCertificates: require`, or `request` where some operations need none.",
  );

export const onlyForDocuments = (): Found =>
  found(
    "GW212",
    "--authentication is for documents without a configuration",
    "Write `authentication: upstream` at the services of the configuration.",
  );

export const keyOfDocument = (key: string): Found =>
  found("GW223", `'${key}' is about a document, and \`spec: false\` says that there is none`, "Remove it.");

/** By code: the command line loads what the configuration names. */
export const documentNotGiven = (service: string): Found =>
  found(
    "GW224",
    `the document of '${service}' is not among those that were given`,
    "Give what `loadDocuments` makes of this configuration, or write `spec: false` if it has none.",
  );

// -- GW3xx: documents --------------------------------------------------------------------------------------------------

export const brokenReference = (reference: string, why: string): Found =>
  found(
    "GW301",
    `the reference '${reference}' leads nowhere: ${why}`,
    "Correct the reference, or add what it names.",
  );

export const foreignReference = (reference: string, why: string): Found =>
  found(
    "GW302",
    `the reference '${reference}' leaves the folder of the document: ${why}`,
    "Bundle the document into one file, or allow it: `references: anywhere` at the service.",
  );

export const malformedTemplate = (faults: readonly string[]): Found =>
  found("GW303", faults.join("; "), "A path is like /items/{itemId}, without query and fragment.");

export const sameShape = (path: string, other: string): Found =>
  found(
    "GW304",
    `'${path}' and '${other}' differ in nothing but the names of their parameters`,
    "Join them, or remove one.",
  );

export const sameOperationId = (id: string, other: string): Found =>
  found(
    "GW305",
    `the operationId '${id}' is also that of ${other}`,
    "Each operation of a document needs one of its own.",
  );

export const wrongPart = (what: string, expected: string): Found =>
  found("GW306", `${what} stands where ${expected} should`, "Correct the document.");

export const invalidPattern = (pattern: string, reason: string): Found =>
  found(
    "GW307",
    `the pattern ${JSON.stringify(pattern)} is no regular expression of ECMA-262: ${reason}`,
    "Correct the pattern: JSON Schema's are those of JavaScript.",
  );

export const invalidMediaType = (type: string): Found =>
  found("GW308", `'${type}' is no media type`, "Write one such as application/json.");

export const noAddress = (service: string, why: string): Found =>
  found(
    "GW309",
    `where '${service}' runs is not known: ${why}`,
    `Write an absolute address into \`servers\`, or \`upstream: http://…\` at the service '${service}'.`,
  );

export const noUpstream = (service: string): Found =>
  found(
    "GW309",
    `where '${service}' runs is not known: it has no document`,
    `Write \`upstream: http://…\` at the service '${service}'.`,
  );

export const wrongServerVariable = (name: string, why: string): Found =>
  found(
    "GW310",
    `the variable '${name}' of the server's address ${why}`,
    "Correct `servers`, or write `variables` at the service.",
  );

export const overlayMissed = (target: string): Found =>
  found(
    "GW311",
    `'${target}' selects nothing in the document`,
    "Correct the target of the action, or remove it.",
  );

export const malformedOverlay = (why: string): Found =>
  found("GW312", `the overlay cannot be applied: ${why}`, "See https://spec.openapis.org/overlay/.");

export const conversionFailed = (why: string): Found =>
  found(
    "GW313",
    `the Swagger 2.0 document cannot be converted: ${why}`,
    "Correct it, or convert it to OpenAPI 3 yourself.",
  );

export const unusableSchema = (where: string, why: string): Found =>
  found(
    "GW314",
    `the schema of ${where} can be held against nothing: ${why}`,
    "Correct it, and what it refers to.",
  );

/** `orders` has a schema `v2.Item`, and `orders.v2` has one called `Item`. */
export const sameSchemaTwice = (schema: string, service: string): Found =>
  found(
    "GW315",
    `the schema '${schema}' of the service '${service}' has the name of another service's`,
    `Rename the service '${service}': where no dot is in it, none of its schemas is taken for another's.`,
  );

// -- GW4xx: who may call -----------------------------------------------------------------------------------------------

export const unknownScheme = (name: string, known: readonly string[]): Found =>
  found(
    "GW401",
    `the security scheme '${name}' is not declared`,
    known.length === 0
      ? "Declare it under components.securitySchemes."
      : `Declare it, or use one of ${list(known)}.`,
  );

/** `where` says what would have told the gateway how tokens are verified. */
export const noIssuer = (name: string, service: string): Found =>
  found(
    "GW402",
    `nothing says who issues the tokens of the security scheme '${name}'`,
    `Write \`x-waymark: { issuer: https://… }\` or \`{ jwks: https://… }\` at the scheme, the same at \`services.${service}.securitySchemes.${name}\`, or \`authentication: upstream\` at the service '${service}' to leave it to the service: without a configuration, \`--authentication upstream\`.`,
  );

export const unsupportedScheme = (name: string, what: string, service: string): Found =>
  found(
    "GW403",
    `the security scheme '${name}' is ${what}, which the gateway cannot check`,
    `Use apiKey, http basic, http bearer, oauth2, openIdConnect or mutualTLS, or write \`authentication: upstream\` at the service '${service}'.`,
  );

export const sameKeyTwice = (other: string): Found =>
  found("GW404", `the same key is also that of '${other}'`, "Each consumer needs keys of its own.");

export const noClientCertificates = (scheme: string, service: string): Found =>
  found(
    "GW410",
    `the security scheme '${scheme}' wants a client certificate, which the listener asks nobody for`,
    `Write \`listen: { tls: { cert, key, clientCertificates: request } }\`: TLS has to end here; or \`authentication: upstream\` at the service '${service}'.`,
  );

// -- GW5xx: routes -----------------------------------------------------------------------------------------------------

export const collision = (route: string, other: string): Found =>
  found(
    "GW501",
    `${route} is also answered by ${other}`,
    "Give one of the services another `mount`, or a `version` that the client chooses by.",
  );

export const bindsNothing = (name: string, operation: string, known: readonly string[]): Found =>
  found(
    "GW502",
    `'${operation}' has no input '${name}' to bind`,
    known.length === 0 ? "It has no inputs." : `Its inputs are ${list(known)}.`,
  );

export const nothingReads = (name: string, path: string): Found =>
  found(
    "GW503",
    `nothing reads {${name}} of '${path}'`,
    "Bind an input of the operation to it, or take it out of the path.",
  );

export const unfilledPath = (name: string, path: string): Found =>
  found(
    "GW504",
    `'${path}' says nothing of {${name}}, which the service's path needs`,
    "Name it in the path, or bind it to a constant or another input.",
  );

export const twoDefaults = (route: string, other: string): Found =>
  found(
    "GW505",
    `${route} has two versions for clients that name none; the other is ${other}`,
    "Leave `default: true` at one of the services.",
  );

export const docsCollide = (path: string, operation: string): Found =>
  found(
    "GW506",
    `'${path}' is to show the gateway's own documentation, and is also ${operation}`,
    "Write another path under `docs`, or `docs: false`.",
  );

// -- GW6xx: worth a look -----------------------------------------------------------------------------------------------

export const noSecurity = (route: string): Found =>
  found(
    "GW601",
    `${route} asks nobody who they are`,
    "Write `security` at it, or `security: []` to say that it is public.",
  );

export const noSecurityOfMany = (service: string, routes: readonly string[]): Found =>
  found(
    "GW601",
    `${routes.length} operations of '${service}' ask nobody who they are: ${some(routes)}`,
    `Write \`security\` in the document, at \`services.${service}\` or in a policy; \`security: []\` says that they are public.`,
  );

export const noSecurityWithoutDocument = (service: string, methods: readonly string[]): Found =>
  found(
    "GW601",
    `everybody may call '${service}' by ${methods.join(", ")}: it has no document, and nothing else says who may`,
    `Write \`security\` at \`services.${service}\` or in a policy; \`security: []\` says that it is public.`,
  );

/** Limits by name count callers that have none. */
export const limitsWithoutKey = (kind: string, routes: readonly string[], by: string): Found =>
  found(
    "GW603",
    `'${kind}' counts by ${by}, which anonymous callers do not have, of ${routes.length} operations that anybody may call: ${some(routes)}`,
    "Ask who they are (`security`), or count by ip.",
  );

export const deprecatedWhen = (service: string, routes: readonly string[]): Found =>
  found(
    "GW618",
    `what is deprecated of '${service}' sends no Deprecation, since nobody says since when: ${some(routes)}`,
    "Write `deprecated: { since: 2026-09-01 }` in a policy, or in `x-waymark` of the operation: RFC 9745 has a date there.",
  );

export const unreadKey = (key: string, kind: string, nearest: string | undefined, count: number): Found =>
  found(
    "GW619",
    `'${key}' is not a key of ${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind} in OpenAPI${count > 1 ? `, here and at ${count - 1} more ${count === 2 ? "place" : "places"}` : ""}: nobody reads it`,
    nearest === undefined ? "Take it out, or begin it with x-." : `Did you mean '${nearest}'?`,
  );

export const authzOfNobody = (routes: readonly string[]): Found =>
  found(
    "GW617",
    `'authz' holds for what asks nobody who they are, and refuses every call by 401: ${some(routes)}`,
    "Write `security` in the document, at the service or in a policy, or have the policy match others.",
  );

export const noBodySchema = (route: string, type: string): Found =>
  found(
    "GW602",
    `the body of ${route} has no schema for ${type}`,
    "Describe it: without a schema every body passes.",
  );

export const limitWithoutKey = (kind: string, route: string, by: string): Found =>
  found(
    "GW603",
    `'${kind}' of ${route} counts by ${by}, which anonymous callers do not have`,
    "Ask who they are (`security`), or count by ip.",
  );

export const shadowed = (route: string, other: string): Found =>
  found(
    "GW604",
    `${route} takes requests that also fit ${other}`,
    "The more literal path answers them. Rename one if that is not meant.",
  );

export const undeclaredParameter = (name: string, path: string): Found =>
  found(
    "GW605",
    `{${name}} of '${path}' is not among the parameters`,
    "Declare it with a schema: any text passes until then.",
  );

export const unusedParameter = (name: string, path: string): Found =>
  found(
    "GW606",
    `the path parameter '${name}' is not in '${path}'`,
    "Take it out of the parameters, or into the path.",
  );

export const noParameterSchema = (name: string): Found =>
  found("GW607", `the parameter '${name}' has no schema`, "Describe it: any value passes until then.");

export const notServed = (what: string): Found =>
  found("GW608", `${what} is not served by the gateway`, "Requests for it are answered by 405.");

export const slowPattern = (pattern: string): Found =>
  found(
    "GW609",
    `the pattern ${JSON.stringify(pattern)} repeats what repeats, and may take exponential time`,
    "Rewrite it, or bound the text by maxLength.",
  );

export const nobodyMayCall = (scheme: string): Found =>
  found(
    "GW610",
    `no consumer has a credential for the security scheme '${scheme}'`,
    "Add one under `consumers`; until then every call is refused.",
  );

export const breakingChange = (message: string): Found =>
  found(
    "GW611",
    message,
    "Clients made for the former version break. Keep it beside the new one, or say so.",
  );

export const plainAddress = (url: string): Found =>
  found(
    "GW612",
    `'${url}' is asked without TLS`,
    "Use https, so that nobody on the way can put in keys of their own.",
  );

export const notInDocument = (route: string, other: string, service: string): Found =>
  found(
    "GW613",
    `${route} is not in the merged document, where ${other} has its path`,
    `A document has no word for hosts: the one of its service (/openapi/${service}.json) shows it.`,
  );

export const lastGoodUsed = (reason: string, time: Date): Found =>
  found(
    "GW614",
    `${reason}; what it said on ${time.toISOString()} is used`,
    "See why it does not answer; a reload (SIGHUP) asks it again.",
  );

export const changedModule = (path: string): Found =>
  found(
    "GW615",
    `${path} is not what it was when the snapshot was made`,
    "Compile again, or ship the module that belongs to it.",
  );

export const unwritableCache = (reason: string): Found =>
  found(
    "GW616",
    `documents cannot be kept: ${reason}`,
    "Make the folder writable, or write `cache: false`: a start then needs every service to answer.",
  );

export const unreadableHere = (path: string): Found =>
  found(
    "GW620",
    `'${path}' cannot be read here`,
    "A start needs it: see that it is there, and who may read it.",
  );

export const manyAddresses = (service: string, most: number): Found =>
  found(
    "GW621",
    `'${service}' runs at more than ${most} addresses besides its own by its document`,
    "Name fewer in `servers`: redirections to the others go to clients as they are.",
  );
