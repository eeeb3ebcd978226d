import { parseCookies } from "../http/cookies.ts";
import { Hiding } from "../http/hide-secrets.ts";
import { knownSecrets } from "../http/known-secrets.ts";
import type { SecretNames } from "../http/observer.ts";
import type { Schema } from "../inputs/input.ts";
import type { CredentialMarker, Marker } from "../inputs/marker.ts";
import type { Route, Source } from "../routing/route.ts";
import { jsonSchema } from "../schema/json-schema.ts";
import { holdsSecrets, isMarkedSecret, markedSecrets } from "../schema/marked-secret.ts";
import { parseQuery, type Query } from "../schema/query.ts";
import type { Run } from "./run.ts";

/** What is secret in requests of a route, and how it is found in one. */
export interface RouteSecrets {
  readonly names: SecretNames;
  /** Those of the template's names whose values are secret, by their place in it. */
  readonly params: readonly number[];
  readonly fields: readonly string[];
  readonly bodies: readonly { readonly name: string | undefined; readonly schema: Schema }[];
}

const HEADERS = ["authorization", "proxy-authorization", "cookie"];
const OF_REPLIES = "set-cookie";

/** Names that say what stands under them, whoever reads it. */
const TELLING =
  /pass(?:word|wd|phrase|code)|secret|token|credential|signature|^(?:sig|jwt|auth)$|(?:^|[-_.]|api|private|access)key$/i;

/** Whether a parameter of this name holds a secret by all that is known. */
export function isTellingName(name: string): boolean {
  return TELLING.test(name);
}

/** What holds outside of any route. */
export const NO_ROUTE_SECRETS: RouteSecrets = {
  names: { headers: new Set([...HEADERS, OF_REPLIES]), query: new Set(), path: false },
  params: [],
  fields: [],
  bodies: [],
};

const compiled = new WeakMap<Route, RouteSecrets>();

/** What schemes and schemas of a route say is secret. Looked for once, when it is first asked for. */
export function secretsOf(route: Route | undefined): RouteSecrets {
  if (route === undefined) return NO_ROUTE_SECRETS;
  let known = compiled.get(route);
  if (known === undefined) compiled.set(route, (known = compile(route)));
  return known;
}

function compile(route: Route): RouteSecrets {
  const headers = new Set([...HEADERS, OF_REPLIES]);
  const query = new Set<string>();
  const params: number[] = [];
  const fields: string[] = [];
  const bodies: { name: string | undefined; schema: Schema }[] = [];
  const add = (place: string, name: string): void => {
    if (place === "header") headers.add(name.toLowerCase());
    else if (place === "query") query.add(name);
    else if (place === "form") fields.push(name);
    else if (place === "path") params.push(route.template.names.indexOf(name));
    // Cookies are secret, all of them.
  };
  for (const source of sourcesOf(route)) {
    switch (source.from) {
      case "credential":
        for (const { scheme } of schemesOf(source.marker))
          if (scheme["type"] === "apiKey") add(String(scheme["in"]), String(scheme["name"]));
        break;
      case "path":
      case "query":
      case "header":
      case "cookie":
      case "form":
        if (isSecret(source.marker.schema)) add(source.from, source.name);
        break;
      case "group":
        for (const property of secretProperties(source.marker.schema))
          add(source.marker.place, source.names.get(property) ?? property);
        break;
      case "body":
        if (holdsSecrets(jsonSchema(source.marker.schema, "input")))
          bodies.push({ name: source.name, schema: source.marker.schema });
        break;
      case "file":
      case "parts":
      case "raw":
      case "scopes":
      case "request":
      case "response":
      case "constant":
      case "absent":
      case "dependency":
        break;
    }
  }
  return { names: { headers, query, path: params.length > 0 }, params, fields, bodies };
}

/** Those of guards and dependencies too. */
function sourcesOf(route: Route): Source[] {
  const all: Source[] = [];
  const seen = new Set<object>();
  const walk = (sources: ReadonlyMap<string, Source>): void => {
    if (seen.has(sources)) return;
    seen.add(sources);
    for (const source of sources.values())
      if (source.from === "dependency") walk(source.use.sources);
      else all.push(source);
  };
  walk(route.sources);
  for (const guard of route.guards) walk(guard.sources);
  return all;
}

function schemesOf(marker: CredentialMarker): readonly CredentialMarker[] {
  return marker.alternatives?.flatMap(schemesOf) ?? [marker];
}

function isSecret(schema: Extract<Marker, { schema: unknown }>["schema"]): boolean {
  const root = jsonSchema(schema, "input");
  return isMarkedSecret(root, root);
}

function secretProperties(schema: Schema): string[] {
  const root = jsonSchema(schema, "input");
  return Object.entries(root.properties ?? {}).flatMap(([property, member]) =>
    isMarkedSecret(member, root) ? [property] : [],
  );
}

/** What takes the secrets of one request out of texts, and those that the application holds. */
export function hidingOf(run: Run): Hiding {
  return new Hiding([...valuesIn(run), ...knownSecrets()]);
}

function* valuesIn(run: Run): Generator<string> {
  const { exchange, params, form, body } = run;
  const secrets = secretsOf(run.frame.route);
  for (const name of secrets.names.headers) {
    const value = exchange.header(name);
    if (value !== undefined) yield* formsOf(name, value);
  }
  for (const index of secrets.params)
    if (params[index] !== undefined) yield* inPath(exchange.path, params[index]);
  if (exchange.search !== "") yield* inQuery(exchange.search, secrets.names.query);
  if (form !== undefined) yield* inPairs(form.fields, new Set(secrets.fields));
  for (const { name, schema } of secrets.bodies) {
    // Not read yet: no JSON is a symbol.
    if (typeof body === "symbol") continue;
    const value = name === undefined ? body : (body as Record<string, unknown> | undefined)?.[name];
    yield* markedSecrets(value, jsonSchema(schema, "input"));
  }
  const { fields } = exchange;
  if (fields !== undefined)
    for (let i = 0; i < fields.length; i += 2) if (fields[i] === OF_REPLIES) yield* cookieOf(fields[i + 1]!);
}

/** Decoded, and as it was sent: the same text can be encoded in many ways. */
function* inPath(path: string, value: string): Generator<string> {
  yield value;
  for (const segment of path.split("/"))
    if (segment.includes("%") && decoded(segment).includes(value)) yield segment;
}

function* inQuery(search: string, names: ReadonlySet<string>): Generator<string> {
  yield* inPairs(parseQuery(search), names);
  for (const pair of search.split("&")) {
    const at = pair.indexOf("=");
    const name = decoded(pair.slice(0, Math.max(at, 0)));
    if (at !== -1 && (names.has(name) || isTellingName(name))) yield pair.slice(at + 1);
  }
}

/** As a form is read; a text that is no encoding stands for itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function* inPairs({ pairs }: Query, names: ReadonlySet<string>): Generator<string> {
  for (let i = 0; i < pairs.length; i += 2)
    if (names.has(pairs[i]!) || isTellingName(pairs[i]!)) yield pairs[i + 1]!;
}

/** A field whole, and what in it is the secret. */
function* formsOf(name: string, value: string): Generator<string> {
  if (name === "cookie") {
    yield value;
    yield* parseCookies(value).values();
    return;
  }
  yield value;
  const [, scheme, credentials] = /^(\S+) +(\S.*)$/.exec(value) ?? [];
  if (credentials === undefined) return;
  yield credentials;
  if (scheme!.toLowerCase() === "basic") yield* passwordOf(credentials);
}

function* passwordOf(credentials: string): Generator<string> {
  let pair: string;
  try {
    pair = new TextDecoder().decode(Uint8Array.from(atob(credentials), (byte) => byte.charCodeAt(0)));
  } catch {
    return; // not Base64: nobody was let in by it
  }
  const colon = pair.indexOf(":");
  if (colon !== -1) yield pair.slice(colon + 1);
}

function* cookieOf(line: string): Generator<string> {
  const value = line.slice(line.indexOf("=") + 1).split(";", 1)[0]!;
  yield value.replace(/^"|"$/g, "");
}
