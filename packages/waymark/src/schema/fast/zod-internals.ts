/** What is read of a Zod 4 schema or check: its own definition, `_zod.def`. Zod itself is not imported. */
export interface ZodSchema {
  readonly _zod: {
    readonly def: ZodDefinition;
    readonly traits: ReadonlySet<string>;
    readonly version?: { readonly major: number; readonly minor: number };
    readonly constr?: { readonly prototype: unknown };
    readonly bag?: Readonly<Record<string, unknown>>;
    readonly values?: ReadonlySet<unknown>;
    readonly optin?: unknown;
    readonly optout?: unknown;
    readonly parse?: unknown;
    readonly run: (
      payload: ZodPayload,
      context: { readonly async: false },
    ) => ZodPayload | Promise<ZodPayload>;
  };
}

export interface ZodDefinition extends Readonly<Record<string, unknown>> {
  readonly type?: string;
  readonly check?: string;
  readonly checks?: readonly ZodSchema[];
}

export interface ZodPayload {
  readonly value: unknown;
  readonly issues: readonly unknown[];
}

/**
 * The minor versions of Zod 4 whose source was read for this, and which the suite was run over. Another one may mean
 * something else by the same definition, so it runs the library until it has been read.
 */
const READ_MINORS: ReadonlySet<number> = new Set([5, 6]);

const FORMATS_BY_PATTERN = "Email GUID UUID Emoji NanoID CUID CUID2 ULID XID KSUID ISODateTime ISODate ISOTime ISODuration IPv4 MAC CIDRv4 E164"; // prettier-ignore
const FORMATS_BY_CODE = "URL IPv6 CIDRv6 Base64 Base64URL JWT CreditCard IBAN";

const STRING =
  "$ZodType ZodType $ZodString ZodString _ZodString $ZodStringFormat ZodStringFormat $ZodCheck $ZodCheckStringFormat";

function classes(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.join(" ").split(" "));
}
function both(names: string): string {
  return names
    .split(" ")
    .map((name) => `$Zod${name} Zod${name}`)
    .join(" ");
}
function type(names: string): ReadonlySet<string> {
  return classes("$ZodType ZodType", both(names));
}

interface Known {
  /** Everything that the schema may be an instance of. A class of the application's, or a newer one, is not among it. */
  readonly traits: ReadonlySet<string>;
  /** Everything that its definition may say, apart from `type`, `checks` and `error`: coercion, say, is not among it. */
  readonly keys: ReadonlySet<string>;
}

const FORMAT_KEYS = "check format abort pattern version offset local precision delimiter length normalize hostname protocol alg when"; // prettier-ignore

const KNOWN: ReadonlyMap<string, Known> = new Map([
  ["string", { traits: classes(STRING, both(FORMATS_BY_PATTERN), both(FORMATS_BY_CODE)), keys: classes(FORMAT_KEYS) }], // prettier-ignore
  ["number", { traits: classes("$ZodCheck $ZodCheckNumberFormat $ZodType ZodType", both("Number NumberFormat")), keys: classes("check format abort") }], // prettier-ignore
  ["boolean", { traits: type("Boolean"), keys: classes() }],
  ["null", { traits: type("Null"), keys: classes() }],
  ["any", { traits: type("Any"), keys: classes() }],
  ["unknown", { traits: type("Unknown"), keys: classes() }],
  ["date", { traits: type("Date"), keys: classes() }],
  ["literal", { traits: type("Literal"), keys: classes("values") }],
  ["enum", { traits: type("Enum"), keys: classes("entries") }],
  ["array", { traits: type("Array"), keys: classes("element") }],
  ["tuple", { traits: type("Tuple"), keys: classes("items rest") }],
  ["object", { traits: type("Object ObjectJIT"), keys: classes("shape catchall") }],
  ["never", { traits: type("Never"), keys: classes() }],
  ["record", { traits: type("Record"), keys: classes("keyType valueType") }],
  ["union", { traits: type("Union DiscriminatedUnion"), keys: classes("options inclusive discriminator") }],
  ["nullable", { traits: type("Nullable"), keys: classes("innerType") }],
  ["optional", { traits: type("Optional"), keys: classes("innerType") }],
  ["default", { traits: type("Default"), keys: classes("innerType defaultValue") }],
]);

const EVERYWHERE = classes("type checks error");

/** The definition of a schema, where nothing about it is unknown; its kind is then one of `KNOWN`. */
export function definitionOf(schema: ZodSchema): ZodDefinition | undefined {
  if (!Object.hasOwn(schema, "_zod")) return undefined;
  const { def, traits, version, constr, bag, parse, run } = schema._zod;
  const known = KNOWN.get(String(def.type));
  if (known === undefined || version?.major !== 4 || !READ_MINORS.has(version.minor)) return undefined;
  // A class of the application's may bring a verdict of its own.
  if (constr === undefined || Object.getPrototypeOf(schema) !== constr.prototype) return undefined;
  for (const trait of traits) if (!known.traits.has(trait)) return undefined;
  for (const key of Object.keys(def)) if (!known.keys.has(key) && !EVERYWHERE.has(key)) return undefined;
  // Compiled by Zod itself, or replaced by somebody: without checks of its own a schema runs as it parses.
  if (bag?.["validator"] !== undefined || "__originalRun" in run) return undefined;
  if ((def.checks ?? []).length === 0 && !traits.has("$ZodCheck") && run !== parse) return undefined;
  return def;
}

const BY_CODE = new Set(both(FORMATS_BY_CODE).split(" "));

/** Whether a string format is judged by code, and not by its pattern. */
export function isByCode({ _zod: { traits } }: ZodSchema): boolean {
  for (const trait of traits) if (BY_CODE.has(trait)) return true;
  return false;
}

/**
 * Whether the schema's `~standard` is what Zod made: it is made anew for an object that inherits from the schema, and has
 * to be the same code. Somebody may have set another one since.
 */
export function hasOwnStandard(schema: ZodSchema): boolean {
  const fresh = standardOf(Object.create(Object.getPrototypeOf(schema) as object, { _zod: { value: schema._zod } }) as ZodSchema); // prettier-ignore
  const { validate } = standardOf(schema);
  return typeof validate === "function" && sourceOf(validate) === sourceOf(fresh.validate as Function);
}

function standardOf(schema: ZodSchema): { readonly validate?: unknown } {
  return (schema as unknown as { "~standard": { readonly validate?: unknown } })["~standard"];
}

function sourceOf(code: Function): string {
  return Function.prototype.toString.call(code);
}
