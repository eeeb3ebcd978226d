import { isJson, mediaRange, parseMediaType } from "waymark/internal";
import type { JsonSchema } from "../../snapshot.ts";
import { admitsAll } from "./subschemas.ts";

/** How the value of a body is read: what is opaque has none that a schema could be asked about. */
export type BodyFormat = "json" | "urlencoded" | "multipart" | "text" | "opaque";

/** What a body of one media type may be. */
export interface BodyRule<V> {
  readonly format: BodyFormat;
  readonly check: V | undefined;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema | null }>>;

/** Spellings of a Content-Type that are remembered: clients send few, and whoever sends many gets no further memory. */
const MOST_SPELLINGS = 200;

/**
 * Finds what a body may be by its Content-Type: the type itself before a range such as `text/*`, that before the range of all. Undefined for a type that is
 * not declared, and for every spelling that RFC 9110 does not give: what cannot be judged is not forwarded.
 */
export class BodyRules<V> {
  readonly #entries: readonly {
    readonly type: string;
    readonly takes: (type: string) => boolean;
    readonly make: (format: BodyFormat) => BodyRule<V>;
  }[];
  readonly #known = new Map<string, BodyRule<V> | undefined>();

  constructor(content: Content, checkOf: (schema: JsonSchema, format: BodyFormat) => V) {
    this.#entries = Object.entries(content)
      .map(([type, { schema }]) => {
        const made = new Map<BodyFormat, BodyRule<V>>();
        const make = (format: BodyFormat): BodyRule<V> => {
          const known = made.get(format);
          if (known !== undefined) return known;
          const isFree = format === "opaque" || schema === null || admitsAll(schema);
          const rule = { format, check: isFree ? undefined : checkOf(schema, format) };
          made.set(format, rule);
          return rule;
        };
        // One that is no media type is declared for nobody.
        return { type, takes: mediaRange(type) ?? (() => false), make };
      })
      .toSorted((a, b) => stars(a.type) - stars(b.type));
  }

  /** Whether some body has to be read to be judged. */
  get readsBodies(): boolean {
    return this.#entries.some(({ type, make }) =>
      FORMATS.some((format) => mayBe(type, format) && make(format).check !== undefined),
    );
  }

  ruleFor(contentType: string): BodyRule<V> | undefined {
    if (this.#known.has(contentType)) return this.#known.get(contentType);
    const rule = this.#find(contentType);
    if (this.#known.size < MOST_SPELLINGS) this.#known.set(contentType, rule);
    return rule;
  }

  #find(contentType: string): BodyRule<V> | undefined {
    const media = parseMediaType(contentType);
    if (media === undefined) return undefined;
    const entry = this.#entries.find(({ takes }) => takes(contentType));
    const format = formatOf(media.type);
    // Of what is read as text the encoding has to be known.
    const isReadable =
      format === "json"
        ? isJson(contentType)
        : format === "opaque" || isUtf8(media.parameters.get("charset"));
    const rule = entry?.make(format);
    return isReadable || rule?.check === undefined ? (isReadable ? rule : undefined) : undefined;
  }
}

const FORMATS: readonly BodyFormat[] = ["json", "urlencoded", "multipart", "text"];

function mayBe(range: string, format: BodyFormat): boolean {
  return formatOf(range) === format || range.includes("*");
}

function formatOf(type: string): BodyFormat {
  if (type === "application/json" || (type.startsWith("application/") && type.endsWith("+json")))
    return "json";
  if (type === "application/x-www-form-urlencoded") return "urlencoded";
  if (type === "multipart/form-data") return "multipart";
  return type.startsWith("text/") && type !== "text/event-stream" && type !== "text/xml" ? "text" : "opaque";
}

function isUtf8(charset: string | undefined): boolean {
  return charset === undefined || /^(?:utf-?8|us-ascii)$/i.test(charset);
}

function stars(range: string): number {
  return range.split("*").length;
}
