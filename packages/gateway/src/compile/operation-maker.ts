import { nearest, parseTemplate, Template } from "waymark/internal";
import type { AliasConfig, GatewayConfig, LimitsConfig, ServiceConfig } from "../config/config.ts";
import { parseSize } from "../config/units.ts";
import { memberOf } from "../documents/pointer.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";
import type { Operation, Service } from "../snapshot.ts";
import { aliasParts } from "./aliases.ts";
import { routeOf } from "./collisions.ts";
import { deprecationOf } from "./deprecation.ts";
import { type Matched, meantOperation } from "./match.ts";
import { hostsOf, mountOf, type Mount } from "./mounts.ts";
import { unvalidated, withPrefixItself } from "./no-document.ts";
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
  readonly #open = new Map<ServiceReading, Operation[]>();
  /** Public templates by the ids of operations: successors are named by service. */
  readonly #templates = new Map<string, string>();
  readonly #unknownSuccessors = new Set<string>();
  readonly #aliasIds = new Set<string>();

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
    for (const [{ config, name, root }, operations] of this.#open) {
      const [first, ...others] = operations;
      const methods = operations.map(({ method }) => method);
      if (config.spec === false)
        this.#findings.warn(wrong.noSecurityWithoutDocument(name, methods), root.origin);
      else if (others.length === 0) this.#findings.warn(wrong.noSecurity(routeOf(first!)), first!.origin);
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
      ...made.flatMap((each) => this.#mounted(each)),
      ...made.flatMap((each) => this.#ownAliases(each)),
      ...this.#configuredAliases(byId),
    ];
  }

  #mountOf(draft: OperationDraft): Mount {
    const key = `${draft.service} ${draft.basePath}`;
    let mount = this.#mounts.get(key);
    if (mount === undefined) {
      mount = mountOf(draft.reading.config, this.#services[draft.service]!, draft.basePath);
      this.#mounts.set(key, mount);
    }
    return mount;
  }

  #publicPath({ template }: OperationDraft, prefix: string): string {
    return `${prefix}${template.text}`;
  }

  #make(draft: OperationDraft): Made {
    const { reading, parts, method, operationId, service } = draft;
    const mount = this.#mountOf(draft);
    const template = this.#publicPath(draft, mount.prefix);
    const matched: Matched = { service: reading.name, operationId, tags: parts.tags, method, template };
    const rules = this.#rules.rulesOf(matched, draft);
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
      policies: reading.config.spec === false ? unvalidated(rules.policies, draft.spot) : rules.policies,
      limits: this.#limits(reading.config.limits, settings.limits),
      timeouts: settings.timeout.reduce(timeoutsOf, upstream.timeouts),
      retry: settings.retry.reduce(retryOf, upstream.retry),
      origin: draft.spot.origin,
    };
    this.#checkTemplate(operation, draft.spot);
    if (rules.security === undefined && asksNobody(draft)) this.#noteOpen(reading, operation);
    return { operation, draft, rules };
  }

  #noteOpen(reading: ServiceReading, operation: Operation): void {
    const known = this.#open.get(reading);
    if (known === undefined) this.#open.set(reading, [operation]);
    else known.push(operation);
  }

  /** The mount may bring in a name or a "/" too many. */
  #checkTemplate({ template }: Operation, spot: Spot): void {
    const read = parseTemplate(template);
    if (!(read instanceof Template)) this.#findings.mistake(wrong.malformedTemplate(read), spot.origin);
  }

  #ending(
    { reading, isDeprecated, sunset, operationId }: OperationDraft,
    {
      deprecated = reading.written.get("deprecated"),
      retired = reading.written.get("retired"),
    }: Pick<Settings, "deprecated" | "retired">,
  ): Pick<Operation, "deprecation" | "retired"> {
    const isRetired = (retired.value ?? false) !== false;
    const deprecation = deprecationOf(
      deprecated.value as ServiceConfig["deprecated"],
      isDeprecated || isRetired,
      sunset,
      (name) => this.#successor(name, operationId, deprecated),
    );
    const successor = memberOf(retired.value, "successor") as string | undefined;
    return {
      retired: isRetired,
      deprecation:
        deprecation !== null && successor !== undefined
          ? { ...deprecation, successor: this.#successor(successor, operationId, retired) }
          : deprecation,
    };
  }

  /** A path, an address, or an operation by its id; a service is its operation of the same name, else its mount. */
  #successor(name: string, operationId: string, said: Spot): string {
    if (name.startsWith("/") || /^https?:/.test(name)) return name;
    const known = this.#templates.get(`${name}:${operationId}`) ?? this.#templates.get(name);
    if (known !== undefined) return known;
    const service = memberOf(this.#services, name) as Service | undefined;
    if (service !== undefined)
      return mountOf(this.#config.services[name]!, service, service.upstream.basePath).prefix || "/";
    const { origin } = said.get("successor");
    const place = `${origin.file}#${origin.pointer}`;
    // Not once more for each operation below.
    if (!this.#unknownSuccessors.has(place))
      this.#findings.mistake(wrong.unknownService(name, nearest(name, Object.keys(this.#services))), origin);
    this.#unknownSuccessors.add(place);
    return name;
  }

  #limits(service: LimitsConfig | undefined, said: readonly LimitsConfig[]): Operation["limits"] {
    const all = [this.#config.limits, service, ...said];
    const last = (key: keyof LimitsConfig): number | undefined =>
      all.map((each) => parseSize(each?.[key])).findLast((size) => size !== undefined);
    return { body: last("body") ?? BODY_LIMIT, head: last("head") ?? HEAD_LIMIT };
  }

  #mounted(made: Made): Operation[] {
    const all = [made.operation, ...this.#mountAliases(made)];
    return made.draft.reading.config.spec === false ? all.flatMap(withPrefixItself) : all;
  }

  #mountAliases({ operation, draft }: Made): Operation[] {
    return this.#mountOf(draft).aliases.map((prefix) => {
      const template = this.#publicPath(draft, prefix);
      const { moved: _, ...rest } = operation;
      return {
        ...rest,
        id: this.#aliasId(operation.id, operation.hosts, template),
        template,
        ...movedTo(prefix, draft),
      };
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
        wrong.unknownOperation(id, meantOperation(id, byId.keys())),
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
    const { host, summary, internal } = alias;
    const template = parts.template.text;
    const hosts = host === undefined ? operation.hosts : hostsOf(host);
    const [deprecated, retired] = [saidAt(spot, "deprecated"), saidAt(spot, "retired")];
    const hasOwnEnding = deprecated !== undefined || retired !== undefined;
    return {
      ...operation,
      id: this.#aliasId(operation.id, hosts, template),
      template,
      hosts,
      bind: parts.bind,
      parameters: parts.parameters,
      summary: summary ?? operation.summary,
      ...(hasOwnEnding && this.#ending(draft, { deprecated, retired })),
      internal: internal ?? operation.internal,
      origin: spot.origin,
    };
  }

  /** One path of several hosts may stand for an operation more than once. */
  #aliasId(id: string, hosts: readonly string[] | null, template: string): string {
    const plain = `${id}@${template}`;
    const own = this.#aliasIds.has(plain) ? `${id}@${hosts?.join("|") ?? "*"}${template}` : plain;
    this.#aliasIds.add(own);
    return own;
  }
}

function saidAt(spot: Spot, key: string): Spot | undefined {
  const said = spot.get(key);
  return said.value === undefined ? undefined : said;
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
