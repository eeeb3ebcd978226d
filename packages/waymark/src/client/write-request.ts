import { kebabCase } from "../routing/wire-name.ts";
import type { CallOptions, HeaderValues, Supplied } from "./options.ts";
import type { Placed, RoutePlan } from "./route-plan.ts";
import { writeBody, type WrittenBody } from "./write-body.ts";
import { writeValue, type Pair } from "./write-value.ts";

/** A request as it goes out: `url` is absolute, `header` field names are in lower case. */
export interface WrittenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: WrittenBody | undefined;
}

interface Written {
  readonly path: Map<string, string>;
  readonly query: Pair[];
  readonly header: Pair[];
  readonly cookie: Pair[];
  readonly form: Pair[];
}

/** Writes the arguments of a call as the server reads them. Throws a `TypeError` for arguments that have no form. */
export async function writeRequest(
  plan: RoutePlan,
  baseUrl: string,
  values: Readonly<Record<string, unknown>>,
  options: CallOptions,
): Promise<WrittenRequest> {
  refuseUnknown(plan, values);
  const written: Written = { path: new Map(), query: [], header: [], cookie: [], form: [] };
  for (const each of plan.placed) place(each, values[each.key], written);
  for (const [name, value] of Object.entries(options.path ?? {}))
    for (const [, text] of writeValue("path", name, value, {})) written.path.set(name, text);
  for (const [name, value] of Object.entries(options.query ?? {}))
    written.query.push(...writeValue("query", name, value, {}));
  return {
    method: plan.method,
    url: urlOf(plan, baseUrl, written),
    headers: await headersOf(written, options),
    body: writeBody(plan.placed, values, written.form),
  };
}

/** A misspelt argument would be left out without a word. */
function refuseUnknown({ method, template, placed }: RoutePlan, values: object): void {
  for (const key of Object.keys(values)) {
    const known = placed.find((each) => each.key === key);
    if (known === undefined || (known.kind === "absent" && values[key as never] !== undefined))
      throw new TypeError(`${method} ${template.text} takes no '${key}'`);
  }
}

function place(placed: Placed, value: unknown, written: Written): void {
  if (value === undefined) return;
  if (placed.kind === "value") {
    const pairs = writeValue(placed.place, placed.name, value, placed.marker.options);
    if (placed.place === "path") for (const [name, text] of pairs) written.path.set(name, text);
    else written[placed.place].push(...pairs);
  } else if (placed.kind === "group") {
    const { place: where, options } = placed.marker;
    const names = new Map(Object.entries(options.names ?? {}));
    for (const [property, each] of Object.entries(value as object) as [string, unknown][]) {
      const name = names.get(property) ?? (where === "header" ? kebabCase(property) : property);
      // A style is for those that are not single values, and deepObject for objects alone.
      const { style, explode } = options;
      const fits = style !== "deepObject" || !Array.isArray(each);
      written[where].push(
        ...writeValue(where, name, each, {
          ...(fits && style !== undefined ? { style } : {}),
          ...(fits && explode !== undefined ? { explode } : {}),
        }),
      );
    }
  }
}

function urlOf({ method, template }: RoutePlan, baseUrl: string, { path, query }: Written): string {
  const missing = template.names.find((name) => !path.has(name));
  if (missing !== undefined)
    throw new TypeError(
      `${method} ${template.text} needs {${missing}}, which no argument gives: give it in 'path' of the options`,
    );
  const expanded = template.expand(Object.fromEntries(path));
  if (expanded === undefined)
    throw new TypeError(`${method} ${template.text}: an empty text, "." and ".." cannot stand in a path`);
  const search = query.map((pair) => pair.map(encode).join("=")).join("&");
  return `${baseUrl}${expanded}${search === "" ? "" : `?${search}`}`;
}

/** Half of a surrogate pair has no encoding. */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD"));
}

async function headersOf(
  { header, cookie }: Written,
  { headers, auth }: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries((await supplied<HeaderValues | undefined>(headers)) ?? {}))
    fields.set(name.toLowerCase(), value);
  const token = await supplied<string | undefined>(auth);
  if (token !== undefined) fields.set("authorization", `Bearer ${token}`);
  for (const [name, value] of header) fields.set(name, fieldText(name, value));
  if (cookie.length > 0) {
    const own = cookie.map(([name, text]) => `${name}=${encode(text)}`);
    const others = fields.get("cookie");
    fields.set("cookie", [...(others === undefined ? [] : [others]), ...own].join("; "));
  }
  return fields;
}

/** RFC 9110 §5.5: blanks around a value do not belong to it, and `fetch` takes one byte a character. */
function fieldText(name: string, value: string): string {
  if (/^(?:[\t\x20-\x7e\x80-\xff]*)$/.test(value) && !/^[\t ]|[\t ]$/.test(value)) return value;
  throw new TypeError(
    `the header field '${name}' holds what it cannot carry: blanks around it, or a character beyond Latin-1`,
  );
}

async function supplied<T>(given: Supplied<T> | undefined): Promise<T | undefined> {
  return typeof given === "function" ? (given as () => T | Promise<T>)() : given;
}
