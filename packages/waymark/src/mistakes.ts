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
      : `Say which input it is with bind: { ${key(free[0]!)}: "${name}" }.`,
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
    "Say where it comes from: path(…), query(…), body(…), a dependency, ….",
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
