import { type Exchange, HttpError, Template } from "waymark/internal";
import type { Step } from "../call.ts";
import { PHASES, type Operation, type Service } from "../snapshot.ts";
import { type Binder, binderOf } from "./bound-request.ts";
import type { Places } from "./reply-location.ts";
import { type FieldTable, fieldTable, lineTable } from "./request-fields.ts";
import { valueReader, type ValueReader } from "./select-value.ts";
import type { ServiceRuntime } from "./service-runtime.ts";
import { successorLine, type SuccessorLine } from "./successor-link.ts";
import { takesValues, type TargetPath, targetPath } from "./target-path.ts";

/** An operation made ready: what can be decided before a request comes is decided here. */
export interface Route {
  readonly operation: Operation;
  readonly service: Service;
  readonly runtime: ServiceRuntime;
  /** Names of the parameters, in the order of the values that matching gives. */
  readonly names: readonly string[];
  /** Steps that judge a request, in the order of the phases; those of the reply in the order they were declared. */
  readonly judging: readonly Step[];
  readonly responding: readonly Step[];
  readonly preflight: Step["preflight"];
  /** Says what pages of other origins may read of a reply, the gateway's own among them. */
  readonly cors: Step["run"];
  /** A step reads the whole body of the reply. */
  readonly readsReply: boolean;
  /** Somebody asks the call something: one has to be made. */
  readonly needsCall: boolean;
  /** Names of request fields that steps said never go on. */
  readonly dropped: ReadonlySet<string>;
  /** Request fields that do not go on, or that the gateway reads. */
  readonly fields: FieldTable;
  readonly target: TargetPath;
  /** Where the upstream's redirections lead. */
  readonly places: Places;
  readonly binder: Binder | undefined;
  /** What the balance hashes. */
  readonly hashKey: ValueReader | undefined;
  /** Whether a request goes to the canaries; undefined where there are none. */
  readonly canary: ((exchange: Exchange) => boolean) | undefined;
  /** Certificates of clients count only where `listen.tls.clientCa` vouches for them. */
  readonly wantsVerifiedClients: boolean;
  /** Lines of every reply: deprecation, and what the choice of a version depends on. */
  readonly replyLines: string;
  /** A further one that the request's own path is part of. */
  readonly successor: SuccessorLine | undefined;
  /** Names of those lines, and of those that steps always set, which the upstream's own make way for. */
  readonly replyNames: ReadonlySet<string>;
  readonly replyTable: FieldTable | undefined;
  /** Set where the operation is retired: the answer to everybody. */
  readonly gone: HttpError | undefined;
  /** RFC 9110 §9.2.2: sent twice it does what it does sent once. */
  readonly isIdempotent: boolean;
  /** The same where it has an Idempotency-Key. */
  readonly isIdempotentByKey: boolean;
}

const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY", "WEBSOCKET"]);

export function routeOf(
  operation: Operation,
  service: Service,
  runtime: ServiceRuntime,
  steps: readonly Step[],
  places: Places,
  wantsVerifiedClients: boolean,
): Route {
  const ordered = steps.toSorted((a, b) => PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase));
  const judging = ordered.filter((step) => step.run !== undefined);
  const responding = ordered.filter((step) => step.respond !== undefined);
  const readsReply = responding.some(({ needs }) => needs.includes("response-body"));
  const { balance } = service.upstream;
  const binder = binderOf(operation);
  const lines = replyLines(operation);
  const successor = successorLine(operation);
  const dropped = new Set(ordered.flatMap(({ drops = [] }) => drops));
  const replyNames = new Set([...namesThatReplace(lines), ...judging.flatMap(({ gives = [] }) => gives)]);
  return {
    operation,
    service,
    runtime,
    names: Template.parse(operation.template).names,
    judging,
    responding,
    preflight: ordered.find((step) => step.preflight !== undefined)?.preflight,
    cors: judging.find(({ phase }) => phase === "cors")?.run,
    readsReply,
    needsCall:
      judging.length > 0 ||
      responding.length > 0 ||
      binder !== undefined ||
      successor !== undefined ||
      takesValues(operation) ||
      balance.kind === "hash",
    dropped,
    fields: fieldTable([...dropped, ...(readsReply ? ["accept-encoding"] : [])]),
    target: targetPath(operation),
    places,
    binder,
    hashKey: balance.kind === "hash" ? valueReader(balance.on) : undefined,
    canary: canaryOf(service),
    wantsVerifiedClients,
    replyLines: lines.map(([name, value]) => `${name}: ${value}\r\n`).join(""),
    successor,
    replyNames,
    replyTable: replyNames.size === 0 ? undefined : lineTable([...replyNames]),
    gone: operation.retired ? goneOf(operation, lines) : undefined,
    isIdempotent: IDEMPOTENT.has(operation.method),
    isIdempotentByKey: operation.retry.idempotencyKey === true && !IDEMPOTENT.has(operation.method),
  };
}

/** RFC 9745, RFC 8594, RFC 5829 §3.2; a header that chooses the version is part of a cache's key (RFC 9110 §12.5.5). */
function replyLines({ deprecation, choice, template }: Operation): [string, string][] {
  const lines: [string, string][] = [];
  if (choice?.by === "header") lines.push(["Vary", choice.name]);
  if (deprecation === null) return lines;
  const { since, sunset, successor, documentation } = deprecation;
  if (since !== null) lines.push(["Deprecation", `@${since}`]);
  if (sunset !== null) lines.push(["Sunset", sunset]);
  // One with names is filled in for each request: successor-link.ts.
  if (successor !== null && !successor.includes("{") && successor !== template)
    lines.push(["Link", `<${uriReference(successor)}>; rel="successor-version"`]);
  if (documentation !== null) lines.push(["Link", `<${uriReference(documentation)}>; rel="deprecation"`]);
  return lines;
}

/** Only what RFC 3986 lets stand in an address, and nothing that would end it: documents say what they like. */
function uriReference(text: string): string {
  return text.toWellFormed().replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu, encodeURIComponent);
}

/** Link and Vary add up. */
function namesThatReplace(lines: readonly [string, string][]): string[] {
  return lines.map(([name]) => name.toLowerCase()).filter((name) => name !== "link" && name !== "vary");
}

function goneOf({ deprecation }: Operation, lines: readonly [string, string][]): HttpError {
  const successor = deprecation?.successor ?? null;
  const headers: Record<string, string> = {};
  for (const [name, value] of lines)
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  return new HttpError(410, successor === null ? "This operation is retired." : retiredFor(successor), {
    headers,
    ...(successor !== null && { members: { successor } }),
  });
}

export function retiredFor(successor: string): string {
  return `This operation is retired: ask ${successor} instead.`;
}

function canaryOf({ upstream: { canary } }: Service): Route["canary"] {
  if (canary === null) return undefined;
  const { weight, header } = canary;
  const byChance = (): boolean => Math.random() * 100 < weight;
  if (header === null) return byChance;
  const name = header.name.toLowerCase();
  return (exchange) => {
    const sent = exchange.header(name);
    return (sent !== undefined && (header.value === null || sent === header.value)) || byChance();
  };
}
