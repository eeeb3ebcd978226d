/**
 * What is wrong with a route, in one sentence each. The compiler says the same, word for word: the type-level twins are
 * in the files beside this one whose names begin with `check`, and check.test.ts holds the two together.
 *
 * `path` is always the whole template, prefixes included, and names are wire names, unless a comment says otherwise.
 */

// -- names ------------------------------------------------------------------------------------------------------------

/** A path name that an input or a dependency reads is not in the template. One mistake for each name. */
export const mustContain = (path: string, name: string): string => `'${path}' must contain {${name}}`;

/** A name of the template is read by no input and by no dependency. One mistake for each name. */
export const nothingReads = (path: string, name: string): string => `nothing reads {${name}} of '${path}'`;

/** A `given` input that the route does not bind; `input` is the input's name. */
export const hasNoSource = (input: string): string => `'${input}' has no source of its own: bind it`;

// -- method and template ------------------------------------------------------------------------------------------------

/** `path` as it was written: a route's own path, or a router's prefix. */
export const mustStartWithSlash = (path: string): string => `'${path}' must start with '/'`;

/** A prefix as it was written. */
export const mustNotEndWithSlash = (prefix: string): string => `'${prefix}' must not end with '/'`;

/** The key of a table that is not a method, one space and a path. */
export const mustLookLike = (key: string): string => `'${key}' must look like 'GET /path'`;

export const isNotAMethod = (method: string): string => `'${method}' is not a method`;

/** A socket at a method of HTTP. */
export const doesNotTakeASocket = (method: string): string =>
  `'${method}' does not take a socket: write 'WEBSOCKET'`;

export const takesASocket = (): string => "'WEBSOCKET' takes a socket, and this is an endpoint";

export const isTheConnection = (): string =>
  "'connection' is the connection itself: call the input otherwise";

export const neverClosed = (path: string): string => `'${path}' has a '{' that is never closed`;

export const neverOpened = (path: string): string => `'${path}' has a '}' that was never opened`;

export const hasNoName = (path: string): string => `'${path}' has a parameter without a name`;

export const namesTwice = (path: string, name: string): string => `'${path}' names {${name}} twice`;

/** Something follows `{name:path}`. */
export const goesOnAfter = (path: string, name: string): string =>
  `'${path}' goes on after {${name}:path}, which takes the rest of the path`;

/** `x{name:path}`. */
export const comesBefore = (path: string, name: string): string =>
  `'${path}' has something before {${name}:path} in its segment, which it takes whole`;

/** `{first}{second}`: where one ends and the other begins cannot be told. */
export const needsBetween = (path: string, first: string, second: string): string =>
  `'${path}' needs something between {${first}} and {${second}}`;

/** `{name:kind}` with a kind other than `path`. */
export const unknownKind = (path: string, name: string, kind: string): string =>
  `'${path}' has {${name}:${kind}}: the only kind is {${name}:path}`;

// -- bind, rename and other options ---------------------------------------------------------------------------------------

/** A key of `bind` that is not an input; `near` is the input that was probably meant (see nearest.ts). */
export const hasNoInput = (input: string, near?: string): string =>
  `the function has no input '${input}'${meant(near)}`;

/** An option that does not exist; `near` is the one that was probably meant. */
export const isNotAnOption = (option: string, near?: string): string =>
  `'${option}' is not an option of a route${meant(near)}`;

/** `bind` gives another wire name to an input that has none (a dependency, `request()`, `given()`, a credential, …). */
export const hasNoWireName = (input: string): string =>
  `'${input}' has no name on the wire: bind a source to it`;

/** `bind` gives another wire name to a body that stands alone. */
export const isTheWholeBody = (input: string): string =>
  `'${input}' is the whole body, which has no name on the wire: bind a source to it`;

export const mapNeedsOutput = (): string => "map needs output, the schema of what it returns";

/** A key of `rename` that no dependency of the route reads. Only seen at start-up: types carry path names alone. */
export const noDependencyReads = (name: string): string => `no dependency of this route reads '${name}'`;

// -- dependencies -------------------------------------------------------------------------------------------------------

/** An input of an app-scope dependency that belongs to a request. */
export const livesForOneRequest = (input: string): string =>
  `'${input}' lives for one request, and the dependency as long as the app`;

/** A `given` among the inputs of a dependency. */
export const cannotBeGiven = (input: string): string =>
  `'${input}' has no source of its own, and no route can bind what a dependency takes`;

const meant = (near: string | undefined): string => (near === undefined ? "" : `: did you mean '${near}'?`);
