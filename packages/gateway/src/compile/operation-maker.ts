import { nearest, parseTemplate, Template } from "waymark/internal";
import type { AliasConfig, GatewayConfig, LimitsConfig, ServiceConfig } from "../config/config.ts";
import { parseSize } from "../config/units.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { Operation, Service } from "../snapshot.ts";
import { aliasParts } from "./aliases.ts";
import { routeOf } from "./collisions.ts";
import { deprecationOf } from "./deprecation.ts";
import type { Matched } from "./match.ts";
import { mountOf, type Mount } from "./mounts.ts";
import type { OperationDraft } from "./operation-draft.ts";
import type { RuleBook, Rules, Settings } from "./policies.ts";
import { requirementsOf } from "./security.ts";
import type { ServiceReading } from "./service-reading.ts";
import { retryOf, timeoutsOf } from "./upstream.ts";

const BODY_LIMIT = 1024 * 1024;
const HEAD_LIMIT = 16 * 1024;

interface Made {
  readonly operation: Operation;
  readonly draft: OperationDraft;
  readonly rules: Rules;
}

/** Makes operations of drafts: mounted, with their policies and settings, and with their aliases. */
export class OperationMaker {
  readonly #config: GatewayConfig;
  readonly #root: Spot;
  readonly #services: Readonly<Record<string, Service>>;
  readonly #rules: RuleBook;
  readonly #findings: Findings;
  readonly #mounts = new Map<string, Mount>();
  readonly #requirements = new Map<string, Operation["security"]>();
  readonly #open: { readonly operation: Operation; readonly reading: ServiceReading }[] = [];
  /** Public templates by the ids of operations: successors are named by service. */
  readonly #templates = new Map<string, string>();

  constructor(
    config: GatewayConfig,
    root: Spot,
    services: Readonly<Record<string, Service>>,
    rules: RuleBook,
    findings: Findings,
  ) {
    this.#config = config;
    this.#root = root;
    this.#services = services;
    this.#rules = rules;
    this.#findings = findings;
  }

  /** Which an operation has that the platform asks more of, or less. */
  #security({ security }: Rules, { reading, parts }: OperationDraft): Operation["security"] {
    if (security === undefined) return parts.security;
    const key = `${reading.name} ${security.key}`;
    let read = this.#requirements.get(key);
    // A scheme that a service does not have is said once.
    if (read === undefined) this.#requirements.set(key, (read = requirementsOf(security, reading)));
    return read;
  }

  /** One warning for a service: of many lines of the same nobody reads the one that matters. */
  #tellOpen(): void {
    const groups = new Map<ServiceReading, Operation[]>();
    for (const { operation, reading } of this.#open)
      groups.set(reading, [...(groups.get(reading) ?? []), operation]);
    for (const [{ name, root }, operations] of groups) {
      const [first, ...others] = operations;
      if (others.length === 0) this.#findings.warn(wrong.noSecurity(routeOf(first!)), first!.origin);
      else
        this.#findings.warn(
          wrong.noSecurityOfMany(name, operations.map(routeOf)),
          (root.get("paths").value === undefined ? root : root.get("paths")).origin,
        );
    }
  }

  make(drafts: readonly OperationDraft[]): Operation[] {
    for (const draft of drafts)
      this.#templates.set(idOf(draft), this.#publicPath(draft, this.#mountOf(draft).prefix));
    const made = drafts.map((draft) => this.#make(draft));
    this.#tellOpen();
    const byId = new Map(made.map((each) => [each.operation.id, each]));
    return [
      ...made.map(({ operation }) => operation),
      ...made.flatMap((each) => [...this.#mountAliases(each), ...this.#ownAliases(each)]),
      ...this.#configuredAliases(byId),
    ];
  }

  #mountOf(draft: OperationDraft): Mount {
    const key = `${draft.service} ${draft.basePath}`;
    let mount = this.#mounts.get(key);
    if (mount === undefined) {
      const config = this.#serviceConfig(draft);
      mount = mountOf(config, this.#services[draft.service]!, draft.basePath);
      this.#mounts.set(key, mount);
    }
    return mount;
  }

  #serviceConfig({ reading }: OperationDraft): ServiceConfig {
    return reading.config;
  }

  #publicPath({ template }: OperationDraft, prefix: string): string {
    return `${prefix}${template.text}`;
  }

  #make(draft: OperationDraft): Made {
    const { reading, parts, method, operationId, service } = draft;
    const mount = this.#mountOf(draft);
    const template = this.#publicPath(draft, mount.prefix);
    const matched: Matched = { service: reading.name, operationId, tags: parts.tags, method, template };
    const rules = this.#rules.rulesOf(matched, draft.levels, draft.spot);
    const { settings } = rules;
    const { upstream } = this.#services[service]!;
    const operation: Operation = {
      id: idOf(draft),
      service,
      operationId,
      ...parts,
      security: this.#security(rules, draft),
      method,
      hosts: mount.hosts,
      template,
      target: `${draft.basePath}${draft.template.text}`,
      ...movedTo(mount.prefix, draft),
      choice: mount.choice,
      bind: [],
      ...this.#ending(draft, settings),
      internal: settings.internal ?? reading.config.internal ?? draft.spot.get("x-internal").value === true,
      policies: rules.policies,
      limits: this.#limits(reading.config.limits, settings.limits),
      timeouts: settings.timeout.reduce(timeoutsOf, upstream.timeouts),
      retry: settings.retry.reduce(retryOf, upstream.retry),
      origin: draft.spot.origin,
    };
    this.#checkTemplate(operation, draft.spot);
    if (rules.security === undefined && asksNobody(draft)) this.#open.push({ operation, reading });
    return { operation, draft, rules };
  }

  /** The mount may bring in a name or a "/" too many. */
  #checkTemplate({ template }: Operation, spot: Spot): void {
    const read = parseTemplate(template);
    if (!(read instanceof Template)) this.#findings.mistake(wrong.malformedTemplate(read), spot.origin);
  }

  #ending(
    { reading, isDeprecated, spot, operationId }: OperationDraft,
    { deprecated, retired }: Settings,
  ): Pick<Operation, "deprecation" | "retired"> {
    const isOver = retired ?? reading.config.retired ?? false;
    const said = deprecated ?? reading.config.deprecated;
    const deprecation = deprecationOf(
      said,
      isDeprecated || isOver !== false,
      spot.get("x-sunset").value,
      (name) => this.#successor(name, operationId),
    );
    const successor = typeof isOver === "object" ? isOver.successor : undefined;
    return {
      retired: isOver !== false,
      deprecation:
        deprecation !== null && successor !== undefined
          ? { ...deprecation, successor: this.#successor(successor, operationId) }
          : deprecation,
    };
  }

  /** A service stands for its operation of the same name, and for its mount where it has none. */
  #successor(name: string, operationId: string): string {
    if (name.startsWith("/") || /^https?:/.test(name)) return name;
    return this.#templates.get(`${name}:${operationId}`) ?? this.#templates.get(name) ?? name;
  }

  #limits(service: LimitsConfig | undefined, said: readonly LimitsConfig[]): Operation["limits"] {
    const all = [this.#config.limits, service, ...said];
    const last = (key: keyof LimitsConfig): number | undefined =>
      all.map((each) => parseSize(each?.[key])).findLast((size) => size !== undefined);
    return { body: last("body") ?? BODY_LIMIT, head: last("head") ?? HEAD_LIMIT };
  }

  #mountAliases({ operation, draft }: Made): Operation[] {
    return this.#mountOf(draft).aliases.map((prefix) => {
      const template = this.#publicPath(draft, prefix);
      const { moved: _, ...rest } = operation;
      return { ...rest, id: `${operation.id}@${template}`, template, ...movedTo(prefix, draft) };
    });
  }

  #ownAliases({ operation, draft, rules }: Made): Operation[] {
    const { prefix } = this.#mountOf(draft);
    return rules.aliases.flatMap(
      ({ alias, spot }) => this.#alias(alias, prefix, operation, draft, spot) ?? [],
    );
  }

  #configuredAliases(byId: ReadonlyMap<string, Made>): Operation[] {
    return (this.#config.aliases ?? []).flatMap((alias, index) => {
      const spot = this.#root.get("aliases").get(String(index));
      const made = byId.get(alias.operation ?? "");
      if (made !== undefined) return this.#alias(alias, "", made.operation, made.draft, spot) ?? [];
      const id = alias.operation ?? "";
      this.#findings.mistake(
        wrong.unknownOperation(id, nearest(id, byId.keys())),
        spot.get("operation").origin,
      );
      return [];
    });
  }

  #alias(
    alias: AliasConfig,
    prefix: string,
    operation: Operation,
    draft: OperationDraft,
    spot: Spot,
  ): Operation | undefined {
    const parts = aliasParts(alias, prefix, operation, spot, this.#findings);
    if (parts === undefined) return undefined;
    const { host, summary, deprecated, retired, internal } = alias;
    const settings = { deprecated, retired } as Settings;
    const hasOwnEnding = deprecated !== undefined || retired !== undefined;
    return {
      ...operation,
      id: `${operation.id}@${parts.template.text}`,
      template: parts.template.text,
      hosts:
        host === undefined
          ? operation.hosts
          : (typeof host === "string" ? [host] : host).map((each) => each.toLowerCase()),
      bind: parts.bind,
      parameters: parts.parameters,
      summary: summary ?? operation.summary,
      ...(hasOwnEnding ? this.#ending(draft, settings) : {}),
      internal: internal ?? operation.internal,
      origin: spot.origin,
    };
  }
}

function movedTo(prefix: string, { basePath }: OperationDraft): Pick<Operation, "moved"> {
  return prefix === basePath ? {} : { moved: { from: basePath, to: prefix } };
}

/** Nobody says anything of security, not even that there is none. */
function asksNobody({ reading, spot }: OperationDraft): boolean {
  const { authentication, security } = reading.config;
  return (
    authentication !== "upstream" &&
    security === undefined &&
    spot.get("security").value === undefined &&
    reading.root.get("security").value === undefined
  );
}

function idOf({ reading, operationId }: OperationDraft): string {
  return `${reading.name}:${operationId}`;
}
