import type { PolicyKind } from "../call.ts";
import type {
  AliasConfig,
  LevelConfig,
  LimitsConfig,
  MatchConfig,
  RetryConfig,
  TimeoutConfig,
} from "../config/config.ts";
import type { Json } from "../documents/record.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import { KINDS } from "../policies/kinds.ts";
import { PHASES, type Policy } from "../snapshot.ts";
import { CheckedOnce } from "./checked-once.ts";
import type { Levels } from "./levels.ts";
import { matcherOf, type Matched, meantOperation } from "./match.ts";
import type { OperationDraft } from "./operation-draft.ts";

/** What holds for one operation: policies in order, and settings by the most particular of those who said something. */
export interface Rules {
  readonly policies: readonly Policy[];
  readonly settings: Settings;
  readonly aliases: readonly { readonly alias: AliasConfig; readonly spot: Spot }[];
  /** What the platform has callers asked for, whatever the document says; undefined where it says nothing. */
  readonly security: Spot | undefined;
}

export interface Settings {
  readonly timeout: readonly TimeoutConfig[];
  readonly retry: readonly (RetryConfig | false)[];
  readonly limits: readonly LimitsConfig[];
  /** With the place, for what is wrong with the name of a successor. */
  readonly deprecated: Spot | undefined;
  readonly retired: Spot | undefined;
  readonly internal: boolean | undefined;
}

interface Rule {
  readonly kind: string;
  readonly spot: Spot;
  /** What the platform's rule stands for, whatever else stands around it. */
  readonly scope: string;
  readonly match: (operation: Matched) => boolean;
  /** The operations that it names. */
  readonly operations: readonly string[];
}

/** `policies` of the configuration, and `x-waymark` of the documents, held against each operation. */
export class RuleBook {
  readonly #rules: Rule[];
  readonly #used = new Set<Rule>();
  readonly #ids = new Set<string>();
  readonly #findings: Findings;
  readonly #levels: Levels;
  readonly #checked = new CheckedOnce();

  constructor(policies: Spot, levels: Levels, findings: Findings) {
    this.#findings = findings;
    this.#levels = levels;
    this.#rules = policies.items().flatMap((spot) => {
      const { match, ...kinds } = spot.value as Json;
      const [kind, ...others] = Object.keys(kinds);
      if (kind === undefined || others.length > 0)
        return findings.mistake(wrong.notOneKind(Object.keys(kinds)), spot.origin) ?? [];
      const given = match as MatchConfig | undefined;
      const { operations = [] } = given ?? {};
      return [
        { kind, spot: spot.get(kind), scope: scopeOfMatch(given), match: matcherOf(given), operations },
      ];
    });
  }

  /**
   * Of the platform's policies all count; of the document's own, the most particular of a kind. Of a kind that is single one
   * counts: the platform's last one, and the document's where the platform says nothing.
   */
  rulesOf(operation: Matched, { levels, spot, template }: OperationDraft): Rules {
    const general = this.#rules.filter((rule) => rule.match(operation));
    for (const rule of general) this.#used.add(rule);
    this.#ids.add(`${operation.service}:${operation.operationId}`);
    const read = this.#levels.read(levels);
    const own = new Map<string, { readonly spots: readonly Spot[]; readonly scope: string }>();
    const last = spot.get("x-waymark").key;
    for (const { spot: level, config } of read) {
      const scope = scopeOfLevel(operation, template.text, level, level.key === last);
      for (const key of Object.keys(config).filter((name) => KINDS.has(name)))
        own.set(key, { spots: [level.get(key)], scope });
      if (config.policies !== undefined)
        for (const [kind, spots] of grouped(level.get("policies"))) own.set(kind, { spots, scope });
    }
    const ofPlatform = general
      .filter(({ kind }) => KINDS.has(kind))
      .map(({ kind, spot, scope }) => ({ kind, spot, scope }));
    const ofDocument = [...own].flatMap(([kind, { spots, scope }]) =>
      spots.filter(({ value }) => value !== false).map((spot) => ({ kind, spot, scope })),
    );
    const policies = [...ofPlatform, ...ofDocument]
      .filter((one) => counts(one, ofPlatform, ofDocument))
      .flatMap(({ kind, spot, scope }) => this.#policy(KINDS.get(kind)!, spot, scope) ?? []);
    return {
      policies: inOrder(policies),
      settings: settingsOf(general, read),
      aliases: aliasesOf(read),
      security: general.findLast(({ kind }) => kind === "security")?.spot,
    };
  }

  /** Policies that hold for no operation at all are misspelt. */
  tellUnused(): void {
    for (const rule of this.#rules.filter((each) => !this.#used.has(each))) {
      const unknown = rule.operations.find((each) => !this.#ids.has(each)) ?? "";
      const found = wrong.matchesNothing("this policy", meantOperation(unknown, this.#ids));
      this.#findings.mistake(found, rule.spot.origin);
    }
  }

  #policy(kind: PolicyKind, spot: Spot, scope: string): Policy | undefined {
    const options = optionsOf(kind.kind, spot.value);
    const isRight = this.#checked.isRight(spot, () => {
      const sentence = kind.check?.(options);
      if (sentence !== undefined)
        this.#findings.mistake(wrong.wrongOptions(kind.kind, sentence), spot.origin);
      return sentence === undefined;
    });
    if (!isRight) return undefined;
    const policy = { phase: kind.phase, kind: kind.kind, options, origin: spot.origin };
    return kind.phase === "limit" ? { ...policy, scope } : policy;
  }
}

interface Written {
  readonly kind: string;
  readonly spot: Spot;
  readonly scope: string;
}

/** Which order its lists are written in makes no difference. */
function scopeOfMatch(match: MatchConfig = {}): string {
  const entries = Object.entries(match as Readonly<Record<string, readonly string[]>>)
    .map(([key, list]) => [key, list.toSorted()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(["gateway", ...entries]);
}

/**
 * The service, a place of its document that several operations are below, or the operation: no file, and no place in a list.
 * A path item in a file of its own is its path: what it is called there, others are called in theirs.
 */
function scopeOfLevel(
  { service, operationId }: Matched,
  path: string,
  { document, file, pointer }: Spot,
  isOwn: boolean,
): string {
  if (isOwn) return JSON.stringify(["operation", service, operationId]);
  return JSON.stringify(["level", service, file === document.main ? pointer : path]);
}

/** Of a kind that is single there is one in the snapshot: nobody who runs it has to choose. */
function counts(one: Written, ofPlatform: readonly Written[], ofDocument: readonly Written[]): boolean {
  if (KINDS.get(one.kind)!.isSingle !== true) return true;
  const ofKind = ({ kind }: Written): boolean => kind === one.kind;
  return one === (ofPlatform.findLast(ofKind) ?? ofDocument.findLast(ofKind));
}

/** `use: ./fraud.ts` is short for `use: { module: ./fraud.ts }`. */
function optionsOf(kind: string, value: unknown): Json {
  if (kind !== "use" || typeof value !== "string") return value as Json;
  const [module = "", name] = value.split("#");
  return name === undefined ? { module } : { module, export: name };
}

function grouped(policies: Spot): Map<string, readonly Spot[]> {
  const groups = new Map<string, readonly Spot[]>();
  for (const item of policies.items())
    for (const kind of Object.keys(item.value as Json))
      groups.set(kind, [...(groups.get(kind) ?? []), item.get(kind)]);
  return groups;
}

/** By phase; of one phase as kinds are listed; of one kind as they were written. */
export function inOrder<P extends Policy>(policies: readonly P[]): P[] {
  const kinds = [...KINDS.keys()];
  const rank = ({ phase, kind }: Policy): number => PHASES.indexOf(phase) * 100 + kinds.indexOf(kind);
  return policies.toSorted((a, b) => rank(a) - rank(b));
}

/** From the most particular in the document, but the configuration has the last word. */
function settingsOf(rules: readonly Rule[], levels: readonly { readonly spot: Spot }[]): Settings {
  const said = (key: keyof LevelConfig): Spot[] =>
    [
      ...levels.map(({ spot }) => spot.get(key)),
      ...rules.filter(({ kind }) => kind === key).map(({ spot }) => spot),
    ].filter(({ value }) => value !== undefined);
  const values = <K extends keyof LevelConfig>(key: K): NonNullable<LevelConfig[K]>[] =>
    said(key).map(({ value }) => value as NonNullable<LevelConfig[K]>);
  return {
    timeout: values("timeout"),
    retry: values("retry"),
    limits: values("limits"),
    deprecated: said("deprecated").at(-1),
    retired: said("retired").at(-1),
    internal: values("internal").at(-1),
  };
}

function aliasesOf(
  levels: readonly { readonly spot: Spot; readonly config: LevelConfig }[],
): Rules["aliases"] {
  return levels.flatMap(({ spot, config }) =>
    (config.aliases ?? []).map((alias, index) => ({ alias, spot: spot.get("aliases").get(String(index)) })),
  );
}
