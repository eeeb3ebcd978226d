import type { AnyDependency } from "../dependency.ts";
import { BARE, type AnyEndpoint, type ErrorDeclarations } from "../endpoint.ts";
import * as mistakes from "../mistakes.ts";
import type { Mistake } from "../start-up-error.ts";
import { bindInputs } from "./bind.ts";
import type { Placed } from "./collect.ts";
import { declaredAt } from "./declared-at.ts";
import { checkDeprecation, deprecatedBy } from "./deprecation.ts";
import { kindOf } from "./kind.ts";
import { nameOf, slugOf } from "./operation-id.ts";
import { checkKeys, checkRouteOptions } from "./options.ts";
import { METHODS, type DependencyUse, type Method, type Route } from "./route.ts";
import { mustStartWithSlash } from "./sentences.ts";
import { Site } from "./site.ts";
import { parseTemplate, Template } from "./template.ts";
import { checkSchemas } from "./unusable-schemas.ts";
import { guardsOf, Uses, type Overrides } from "./uses.ts";

/** A route that only lacks its operationId, which depends on the others. */
export interface Draft {
  readonly route: Omit<Route, "operationId">;
  /** The route's own `operationId`. */
  readonly operationId: string | undefined;
  readonly placed: Placed;
}

export interface Settings {
  readonly overrides: Overrides;
  /** The application's word for endpoints and routes that say nothing of it. */
  readonly trusted: boolean;
}

export interface Reports {
  /** What is wrong with this route. */
  readonly here: (mistake: Mistake) => void;
  /** What is wrong with something that other routes may share. */
  readonly once: (mistake: Mistake) => void;
}

/** Everything about one route. Undefined where method or template say nothing to go on with; mistakes were told then. */
export function resolveRoute(placed: Placed, settings: Settings, { here, once }: Reports): Draft | undefined {
  const { endpoint, options } = placed.declaration;
  const { contract } = endpoint;
  checkRouteOptions(options, here);
  if (!checkFunction(endpoint, here)) return undefined;
  checkKeys("an endpoint", contract, once);
  const method = methodOf(placed, here);
  const template = templateOf(placed, here);
  if (method === undefined || template === undefined) return undefined;

  const site = new Site(template, namesOfOwnPath(placed, template), here, once);
  const uses = new Uses(site, options.rename ?? {}, settings.overrides);
  const dependencies = [
    ...placed.dependencies,
    ...(options.dependencies ?? []),
    ...(contract.dependencies ?? []),
  ];
  const guards = guardsOf(uses, site, dependencies);
  const sources = bindInputs(endpoint, options.bind ?? {}, site, uses);
  reportUnread(site, Object.keys(contract.input ?? {}));
  uses.checkRenames();
  for (const { dependency } of uses.all()) checkKeys("a dependency", dependency.contract, once);

  const output = options.output ?? contract.output;
  const status = options.status ?? contract.status;
  const errors = errorsOf(uses.all(), contract.errors, options.errors);
  checkSchemas(sources, uses.all(), output, errors, once);
  checkReply(placed, status, here);
  checkErrors(errors, once);
  checkDeprecation(contract.deprecated, once);
  checkDeprecation(options.deprecated, here);

  const route: Omit<Route, "operationId"> = {
    method,
    template,
    endpoint,
    name: nameOf(endpoint) ?? slugOf(method, template),
    sources,
    guards,
    output,
    map: options.map,
    trusted: options.trusted ?? contract.trusted ?? settings.trusted,
    status,
    errors,
    summary: options.summary ?? contract.summary,
    description: options.description ?? contract.description,
    tags: [...new Set([...placed.tags, ...(options.tags ?? contract.tags ?? [])])],
    deprecated: deprecatedBy([...placed.deprecated, contract.deprecated, options.deprecated]),
    hidden: options.hidden ?? contract.hidden ?? false,
    canonical: options.canonical ?? false,
    metadata: Object.freeze({ ...contract.metadata, ...options.metadata }),
    scope: placed.scope,
    declaredAt: declaredAt(placed.declaration.declaredBy),
  };
  return { route, operationId: options.operationId, placed };
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
  { declaration: { method, path } }: Placed,
  report: (mistake: Mistake) => void,
): Method | undefined {
  const known = METHODS.find((each) => each === method);
  // a table's key without a method comes with an empty one
  if (known === undefined)
    report(method === "" ? mistakes.malformedKey(path) : mistakes.unknownMethod(method, METHODS));
  return known;
}

function templateOf(
  { declaration: { method, path }, prefix }: Placed,
  report: (mistake: Mistake) => void,
): Template | undefined {
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

function namesOfOwnPath({ prefix }: Placed, { names }: Template): readonly string[] {
  const outer = prefix === "" ? undefined : parseTemplate(prefix);
  return outer instanceof Template ? names.slice(outer.names.length) : names;
}

/** A missing name is told first: what nothing reads is then most often the same slip seen from the other side. */
function reportUnread(site: Site, inputs: readonly string[]): void {
  if (site.isMissingNames) return;
  for (const name of site.template.names)
    if (!site.read.has(name)) site.report(mistakes.unreadName(site.template.text, name, inputs));
}

function errorsOf(
  uses: readonly DependencyUse[],
  ...own: (ErrorDeclarations | undefined)[]
): ErrorDeclarations {
  const declared = [
    ...uses.map(({ dependency }: { dependency: AnyDependency }) => dependency.contract.errors),
    ...own,
  ];
  return Object.assign(Object.create(null) as ErrorDeclarations, ...declared);
}

function checkErrors(errors: ErrorDeclarations, report: (mistake: Mistake) => void): void {
  for (const status of Object.keys(errors))
    if (!/^[45]\d\d$/.test(status)) report(mistakes.invalidErrorStatus(status));
}

function checkReply(
  { declaration: { options, endpoint } }: Placed,
  status: number | undefined,
  report: (mistake: Mistake) => void,
): void {
  if (options.map !== undefined && options.output === undefined) report(mistakes.mapWithoutOutput());
  if (status === undefined) return;
  if (!Number.isInteger(status) || status < 200 || status > 599) report(mistakes.invalidStatus(status));
  const hasOutput = (options.output ?? endpoint.contract.output) !== undefined;
  if (hasOutput && (status === 204 || status === 205 || status === 304))
    report(mistakes.statusWithoutContent(status));
}
