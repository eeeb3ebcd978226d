import type { DocsSettings } from "./docs/settings.ts";
import type { ErrorDeclarations } from "./endpoint.ts";
import type { FormLimits } from "./http/form-limits.ts";
import { isRootPath } from "./http/root-path.ts";
import { DEFAULT_LIMITS, type Limits } from "./http/limits.ts";
import type { Logger } from "./logger.ts";
import * as mistakes from "./mistakes.ts";
import type { OpenApiVersion } from "./openapi/document.ts";
import type { DocumentInfo, OpenApiSettings } from "./openapi/info.ts";
import type { DocumentSettings } from "./documents.ts";
import { PUBLIC } from "./routing/audience.ts";
import { checkVersions } from "./routing/check-versions.ts";
import { kindOf } from "./routing/kind.ts";
import type { TrailingSlash } from "./routing/matcher.ts";
import { checkKnown, type Keys } from "./routing/options.ts";
import type { RouterOptions } from "./routing/router.ts";
import type { Versions } from "./routing/versions.ts";
import type { Mistake } from "./start-up-error.ts";

/** What an application says about itself; tags here are what the document tells of them. */
export interface AppOptions<G extends string = string, E extends ErrorDeclarations = ErrorDeclarations>
  extends
    Partial<Omit<DocumentInfo, "path" | "webhooks" | "versioning">>,
    Pick<DocsSettings, "docs" | "redoc">,
    Pick<RouterOptions<"", G, E>, "dependencies" | "audience" | "hidden" | "errors"> {
  /** The document, a text being where it is. Default "/openapi.json"; false leaves out the document and both pages. */
  readonly openapi?: false | string | OpenApiSettings | undefined;
  /** Further documents, by name: for those who use what is not for everybody. */
  readonly documents?: Readonly<Record<string, DocumentSettings>> | undefined;
  /** The versions of the API, and how clients say which one they mean. Each has a document of its own. */
  readonly versions?: Versions | undefined;
  /** What becomes of a path that has a "/" too many or too few at its end. Default "strict": it is another path. */
  readonly trailingSlash?: TrailingSlash;
  /**
   * What clients write before every path, and a proxy takes away: "/shop". It stands in addresses that the application makes,
   * and in the document; paths that still have it are answered too.
   */
  readonly rootPath?: string | undefined;
  /** What one request may cost; what is not said keeps its default. */
  readonly limits?: LimitOptions;
  /** Replies of endpoints that do not say otherwise are filtered by their `output`, but not validated by it. */
  readonly trusted?: boolean;
  /** Where failures are written that no client is told of. Default `console`. */
  readonly logger?: Logger;
  /** Shows stacks in 500s, and warns of errors that are not declared. Default: whether `waymark dev` runs it. */
  readonly dev?: boolean;
}

/** Limits, each of which may be left out; those of forms too. */
export interface LimitOptions extends Partial<Omit<Limits, "form">> {
  readonly form?: Partial<FormLimits>;
}

const KNOWN: Keys<AppOptions> = {
  title: true,
  version: true,
  summary: true,
  description: true,
  termsOfService: true,
  contact: true,
  license: true,
  servers: true,
  tags: true,
  externalDocs: true,
  openapiVersion: true,
  openapi: true,
  docs: true,
  redoc: true,
  dependencies: true,
  audience: true,
  hidden: true,
  errors: true,
  documents: true,
  versions: true,
  trailingSlash: true,
  rootPath: true,
  limits: true,
  trusted: true,
  logger: true,
  dev: true,
};

const OPENAPI: Keys<OpenApiSettings> = { path: true, transform: true, dependencies: true };
const DOCUMENT: Keys<DocumentSettings> = {
  audience: true,
  path: true,
  docs: true,
  redoc: true,
  title: true,
  description: true,
  dependencies: true,
  transform: true,
};
const OPENAPI_VERSIONS: readonly OpenApiVersion[] = ["3.1.1", "3.2.0"];

/** What is wrong with an application's options: a misspelt limit, or one that is no number, would be no limit at all. */
export function checkAppOptions(options: AppOptions): Mistake[] {
  const found: Mistake[] = [];
  const report = (mistake: Mistake): void => void found.push(mistake);
  checkKnown("an app", options, KNOWN, report);
  const { limits = {}, openapiVersion = "3.1.1", openapi } = options;
  if (typeof openapi === "object") checkKnown("openapi", openapi, OPENAPI, report);
  if (!OPENAPI_VERSIONS.includes(openapiVersion))
    report(mistakes.unknownOpenApiVersion(kindOf(openapiVersion), OPENAPI_VERSIONS));
  if (options.versions !== undefined) checkVersions(options.versions, report);
  checkDocuments(options.documents ?? {}, report);
  const { rootPath } = options;
  if (rootPath !== undefined && !isRootPath(rootPath)) report(mistakes.invalidRootPath(kindOf(rootPath)));
  const { form = {}, ...rest } = limits;
  checkKnown("limits", limits, DEFAULT_LIMITS, report);
  checkNumbers("", rest, DEFAULT_LIMITS, report);
  checkKnown("limits.form", form, DEFAULT_LIMITS.form, report);
  checkNumbers("form.", form, DEFAULT_LIMITS.form, report);
  return found;
}

function checkDocuments(
  documents: Readonly<Record<string, DocumentSettings>>,
  report: (mistake: Mistake) => void,
): void {
  for (const [name, document] of Object.entries(documents)) {
    if (!/^[\w-]+$/.test(name) || name === PUBLIC) report(mistakes.invalidDocumentName(name));
    checkKnown(`the document '${name}'`, document, DOCUMENT, report);
    for (const each of [document?.audience ?? name].flat())
      if (typeof each !== "string" || each === "") report(mistakes.invalidAudience(kindOf(each)));
  }
}

function checkNumbers(
  prefix: string,
  limits: object,
  known: object,
  report: (mistake: Mistake) => void,
): void {
  for (const [limit, value] of Object.entries(limits))
    if (!(typeof value === "number" && value >= 0) && limit in known)
      report(mistakes.invalidLimit(prefix + limit, kindOf(value)));
}
