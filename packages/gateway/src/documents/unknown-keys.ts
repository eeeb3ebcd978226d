import { nearest } from "waymark/internal";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { Origin } from "../snapshot.ts";
import { isRecord } from "./record.ts";
import { ANNOTATIONS, KEYWORDS } from "./schema-keywords.ts";
import type { Spot } from "./spot.ts";

/** Keys of OpenAPI 3.0 to 3.2 by the object that they are of: a document may say more than its version has. */
const KEYS = {
  document:
    "openapi $self info jsonSchemaDialect servers paths webhooks components security tags externalDocs",
  "path item":
    "$ref summary description get put post delete options head patch trace query additionalOperations servers parameters",
  operation:
    "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security servers",
  parameter:
    "name in description required deprecated allowEmptyValue style explode allowReserved schema example examples content $ref summary",
  "request body": "description content required $ref summary",
  response: "summary description headers content links $ref",
  "media type":
    "schema itemSchema example examples encoding prefixEncoding itemEncoding $ref summary description",
} as const;

export type KnownObject = keyof typeof KEYS;

const KNOWN: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(KEYS).map(([kind, keys]) => [kind, keys.split(" ")]),
);
const SCHEMA_KEYS: readonly string[] = [...KEYWORDS.keys(), ...ANNOTATIONS];
/** In shorter words one letter more is another word. */
const SHORTEST = 4;

interface Found {
  readonly kind: string;
  readonly key: string;
  readonly guess: string | undefined;
  readonly origin: Origin;
  count: number;
}

/**
 * Keys of a document that nobody reads: what is meant by them is neither checked nor served, which a misspelt one does not
 * show. Of schemas, which may hold keywords of anybody's, only near misses count. Of one word, the first place is told.
 */
export class UnknownKeys {
  readonly #found = new Map<string, Found>();
  readonly #looked = new Set<string>();

  /** Looks at one object; at each place once, however many refer to it. */
  look(kind: KnownObject, spot: Spot): void {
    if (!isRecord(spot.value)) return;
    const known = KNOWN.get(kind)!;
    const unknown = Object.keys(spot.value).filter((key) => !key.startsWith("x-") && !known.includes(key));
    if (unknown.length === 0 || this.#looked.has(spot.key)) return;
    this.#looked.add(spot.key);
    // What stands beside a reference is not of this object.
    if (spot.reference !== undefined) return;
    for (const key of unknown) this.#note(kind, key, guessOf(key, known), spot.get(key).origin);
  }

  /** A key of a schema that is no keyword. */
  lookAtKeyword(key: string, spot: Spot): void {
    if (key.length < SHORTEST || key.startsWith("x-") || SCHEMA_KEYS.includes(key)) return;
    const guess = guessOf(key, SCHEMA_KEYS);
    if (guess !== undefined) this.#note("schema", key, guess, spot.origin);
  }

  tell(findings: Findings): void {
    for (const { kind, key, guess, origin, count } of this.#found.values())
      findings.warn(wrong.unreadKey(key, kind, guess, count), origin);
  }

  #note(kind: string, key: string, guess: string | undefined, origin: Origin): void {
    const name = `${kind} ${key}`;
    const found = this.#found.get(name);
    if (found === undefined) this.#found.set(name, { kind, key, guess, origin, count: 1 });
    else found.count++;
  }
}

function guessOf(key: string, known: readonly string[]): string | undefined {
  const lower = key.toLowerCase();
  return nearest(key, known) ?? known.find((each) => each.toLowerCase() === lower);
}
