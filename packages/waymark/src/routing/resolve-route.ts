import { BARE, type AnyEndpoint, type EndpointContract } from "../endpoint.ts";
import * as mistakes from "../mistakes.ts";
import { isSocket } from "../realtime/socket.ts";
import type { Mistake } from "../start-up-error.ts";
import { bindInputs } from "./bind.ts";
import { checkBodies } from "./check-bodies.ts";
import { checkForm } from "./check-form.ts";
import { checkSocket, fitsMethod } from "./check-socket.ts";
import type { Schema } from "../inputs/input.ts";
import { checkErrors, errorsOf } from "./declared-errors.ts";
import { declaredAt } from "./declared-at.ts";
import { declaredReplies, isByStatus, isOutputKind } from "./declared-replies.ts";
import { checkDeprecation, deprecatedBy } from "./deprecation.ts";
import { kindOf } from "./kind.ts";
import { nameOf, slugOf } from "./operation-id.ts";
import type { RouteOptions } from "./declaration.ts";
import { mergeExtra } from "./merge-extra.ts";
import { checkKeys, checkRouteOptions } from "./options.ts";
import type { OperationExtra } from "./outgoing.ts";
import { METHODS, type Method, type Route, type Source } from "./route.ts";
import { middlewareErrors, middlewareOf, readsBody, routeScope } from "./route-middleware.ts";
import { checkScopes, scopesOf } from "./route-scopes.ts";
import { checkMountPath } from "./mount.ts";
import type { PlacedVersion } from "./place-versions.ts";
import { mustStartWithSlash } from "./sentences.ts";
import { Site } from "./site.ts";
import { parseTemplate, Template } from "./template.ts";
import { checkSchemas } from "./unusable-schemas.ts";
import { guardsOf, Uses, type Overrides } from "./uses.ts";
import { versionErrors } from "./version-errors.ts";
import type { Versioning } from "./versions.ts";

/** A route that only lacks its operationId, which depends on the others. */
export interface Draft {
  readonly route: Omit<Route, "operationId">;
  /** The route's own `operationId`. */
  readonly operationId: string | undefined;
  /** Its template without what the version puts before it. */
  readonly bare: Template;
  readonly placed: PlacedVersion;
}

export interface Settings {
  readonly overrides: Overrides;
  /** The application's word for endpoints and routes that say nothing of it. */
  readonly trusted: boolean;
  readonly versioning: Versioning | undefined;
}

export interface Reports {
  /** What is wrong with this route. */
  readonly here: (mistake: Mistake) => void;
  /** What is wrong with something that other routes may share. */
  readonly once: (mistake: Mistake) => void;
}

/** Everything about one route. Undefined where method or template say nothing to go on with; mistakes were told then. */
export function resolveRoute(
  placed: PlacedVersion,
  settings: Settings,
  { here, once }: Reports,
): Draft | undefined {
  const { endpoint, options } = placed.declaration;
  const { contract } = endpoint;
  checkRouteOptions(options, here);
  if (!checkFunction(endpoint, here)) return undefined;
  checkKeys(isSocket(endpoint) ? "a socket" : "an endpoint", contract, once);
  const method = methodOf(placed, here);
  const template = templateOf(placed, here);
  if (method === undefined || template === undefined || !fitsMethod(endpoint, method, here)) return undefined;

  const site = new Site(template, namesOfOwnPath(placed, template), here, once);
  const uses = new Uses(site, options.rename ?? {}, settings.overrides);
  const dependencies = [
    ...placed.dependencies,
    ...(options.dependencies ?? []),
    ...(contract.dependencies ?? []),
  ];
  const guards = guardsOf(uses, site, dependencies);
  const sources = bindInputs(endpoint, options.bind ?? {}, site, uses);
  checkBodies(sources, uses.all(), here);
  checkForm(sources, uses.all(), here);
  // what is mounted gets the path as a whole
  if (placed.declaration.mount === undefined) reportUnread(site, sources);
  uses.checkRenames();
  const scopes = scopesOf(
    [...placed.scopes, ...(contract.scopes ?? []), ...(options.scopes ?? [])],
    uses.all(),
    sources,
    here,
  );
  // what stands in for a dependency in a test need not ask who is there
  if (!uses.isOverridden) checkScopes(scopes, uses.all(), sources, here);
  for (const { dependency } of uses.all()) checkKeys("a dependency", dependency.contract, once);

  const status = options.status ?? contract.status;
  const scope = routeScope(placed.scope, middlewareOf(options, here));
  const errors = errorsOf(
    placed.version === undefined ? {} : versionErrors(settings.versioning!),
    middlewareErrors(scope, { method, readsBody: readsBody(sources, uses.all()) }),
    placed.errors,
    ...uses.all().map(({ dependency }) => dependency.contract.errors),
    contract.errors,
    options.errors,
  );
  const replies = declaredReplies(contract.output, options.output, status, here);
  const output =
    replies === undefined ? ((options.output ?? contract.output) as Schema | undefined) : undefined;
  checkSchemas(sources, uses.all(), replies ?? output, errors, once);
  checkReply(placed, status, here);
  if (isSocket(endpoint))
    checkSocket(endpoint.contract, options, { sources, uses: uses.all() }, { here, once });
  checkErrors(errors, once);
  checkDeprecation(contract.deprecated, once);
  checkDeprecation(options.deprecated, here);

  const bare = bareTemplate(placed, template);
  const route: Omit<Route, "operationId"> = {
    method,
    template,
    endpoint,
    name: nameOf(endpoint) ?? slugOf(method, bare),
    sources,
    guards,
    scopes,
    output,
    replies,
    map: options.map,
    trusted: options.trusted ?? contract.trusted ?? settings.trusted,
    status,
    errors,
    summary: options.summary ?? contract.summary,
    description: options.description ?? contract.description,
    tags: [...new Set([...placed.tags, ...(options.tags ?? contract.tags ?? [])])],
    deprecated: deprecatedBy([...placed.deprecated, contract.deprecated, options.deprecated]),
    hidden: options.hidden ?? contract.hidden ?? placed.hidden ?? false,
    ...audienceOf(options.audience ?? placed.audience, here),
    ...(placed.version === undefined ? {} : { version: placed.version }),
    canonical: options.canonical ?? false,
    metadata: Object.freeze({ ...contract.metadata, ...options.metadata }),
    ...documented(contract, options),
    scope,
    declaredAt: declaredAt(placed.declaration.declaredBy),
    mount: placed.declaration.mount,
  };
  return { route, operationId: options.operationId, bare, placed };
}

/** What only the document shows. A route's own words are laid over its endpoint's. */
function documented(contract: EndpointContract, options: RouteOptions): Pick<Route, "callbacks" | "extra"> {
  const callbacks = { ...contract.callbacks, ...options.callbacks };
  const extra = mergeExtra(contract.openapi, options.openapi) as OperationExtra | undefined;
  return {
    ...(Object.keys(callbacks).length === 0 ? {} : { callbacks }),
    ...(extra === undefined ? {} : { extra }),
  };
}

/** Without a compiler, or past it, anything may stand where a function belongs. */
function checkFunction(endpoint: AnyEndpoint, report: (mistake: Mistake) => void): boolean {
  const { contract, "~run": run } = endpoint;
  if (typeof run !== "function") report(mistakes.notAFunction(kindOf(run)));
  else if (contract === BARE && run.length > 0) report(mistakes.argumentsWithoutInput());
  else return true;
  return false;
}

function methodOf(
  { declaration: { method, path, mount } }: PlacedVersion,
  report: (mistake: Mistake) => void,
): Method | undefined {
  // one for all that it answers
  if (mount !== undefined) return "GET";
  const known = METHODS.find((each) => each === method);
  // a table's key without a method comes with an empty one
  if (known === undefined)
    report(method === "" ? mistakes.malformedKey(path) : mistakes.unknownMethod(method, METHODS));
  return known;
}

function templateOf(
  { declaration: { method, path: declared, mount }, prefix }: PlacedVersion,
  report: (mistake: Mistake) => void,
): Template | undefined {
  if (mount !== undefined) checkMountPath(declared, report);
  const path = mount !== undefined && declared === "/" && prefix !== "" ? "" : declared;
  if (method === "") return undefined;
  // an empty path is the prefix itself
  if (!path.startsWith("/") && !(path === "" && prefix !== "")) {
    report(mistakes.malformedTemplate(mustStartWithSlash(path)));
    return undefined;
  }
  // told of where the prefix is
  if (prefix !== "" && (!prefix.startsWith("/") || prefix.endsWith("/"))) return undefined;
  const template = parseTemplate(prefix + path);
  if (template instanceof Template) return template;
  for (const fault of template) report(mistakes.malformedTemplate(fault));
  return undefined;
}

/** As it would be without versions. */
function bareTemplate({ versionPrefix }: PlacedVersion, template: Template): Template {
  if (versionPrefix === "") return template;
  const { segments } = template;
  const own = segments.slice(versionPrefix.split("/").length - 1);
  const text = template.text.slice(versionPrefix.length);
  return text === "" ? new Template("/", [{ kind: "static", text: "" }]) : new Template(text, own);
}

function audienceOf(
  said: string | readonly string[] | undefined,
  report: (mistake: Mistake) => void,
): Pick<Route, "audience"> {
  if (said === undefined) return {};
  const audience: readonly unknown[] = Array.isArray(said) ? (said as readonly unknown[]) : [said];
  const wrong = audience.find((each) => typeof each !== "string" || each === "");
  if (wrong !== undefined || audience.length === 0) report(mistakes.invalidAudience(kindOf(wrong ?? said)));
  return { audience: audience as readonly string[] };
}

function namesOfOwnPath({ prefix }: PlacedVersion, { names }: Template): readonly string[] {
  const outer = prefix === "" ? undefined : parseTemplate(prefix);
  return outer instanceof Template ? names.slice(outer.names.length) : names;
}

/** What a route may read from its path instead. */
const FROM_ELSEWHERE: ReadonlySet<Source["from"]> = new Set([
  "query",
  "header",
  "cookie",
  "constant",
  "absent",
]);

/** A missing name is told first: what nothing reads is then most often the same slip seen from the other side. */
function reportUnread(site: Site, sources: ReadonlyMap<string, Source>): void {
  if (site.isMissingNames) return;
  const inputs = [...sources].flatMap(([input, { from }]) => (FROM_ELSEWHERE.has(from) ? [input] : []));
  for (const name of site.template.names)
    if (!site.read.has(name)) site.report(mistakes.unreadName(site.template.text, name, inputs));
}

function checkReply(
  { declaration: { options, endpoint } }: PlacedVersion,
  status: number | undefined,
  report: (mistake: Mistake) => void,
): void {
  if (options.map !== undefined && options.output === undefined) report(mistakes.mapWithoutOutput());
  if (status === undefined) return;
  if (!Number.isInteger(status) || status < 200 || status > 599) report(mistakes.invalidStatus(status));
  const { output = endpoint.contract.output } = options;
  if (
    output !== undefined &&
    !isByStatus(output) &&
    !isOutputKind(output) &&
    (status === 204 || status === 205 || status === 304)
  )
    report(mistakes.statusWithoutContent(status));
}
