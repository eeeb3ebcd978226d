import type { AppOptions } from "./app-options.ts";
import type { AnyDependency } from "./dependency.ts";
import type { DocsPage } from "./docs/docs-page.ts";
import { checkPages, docsPages } from "./docs/docs-pages.ts";
import { type DocsPaths, docsPaths, type DocsSettings } from "./docs/settings.ts";
import * as mistakes from "./mistakes.ts";
import { buildDocument } from "./openapi/build-document.ts";
import type { OpenApiDocument } from "./openapi/document.ts";
import type { DocumentTransform } from "./openapi/info.ts";
import { isSelected, selectedTags, type Selection, tagsOfAll } from "./openapi/select-routes.ts";
import type { Webhook } from "./openapi/webhooks.ts";
import { PUBLIC } from "./routing/audience.ts";
import { nearest } from "./routing/nearest.ts";
import type { Route } from "./routing/route.ts";
import type { Versioning } from "./routing/versions.ts";
import { StartUpError, type Mistake } from "./start-up-error.ts";

/** A further document, beside the one for everybody. */
export interface DocumentSettings {
  /** Whose routes it shows beside those for everybody. Default: its own name. Further ones are added as a list. */
  readonly audience?: string | readonly string[];
  /** Where it is. Default "/NAME/openapi.json". */
  readonly path?: string;
  /** Swagger UI; false leaves it out. Default "/NAME/docs". */
  readonly docs?: DocsSettings["docs"];
  /** ReDoc; false leaves it out. Default "/NAME/redoc". */
  readonly redoc?: DocsSettings["redoc"];
  /** Default: the application's. */
  readonly title?: string;
  /** CommonMark. Default: the application's. */
  readonly description?: string;
  /** Guards in front of the document and its pages; nothing of it is told to those whom they refuse. */
  readonly dependencies?: readonly AnyDependency[];
  /** Has the last word about it. Default: the application's. */
  readonly transform?: DocumentTransform;
}

/** Which of the documents of an application. */
export interface DocumentName {
  /** The version of the API. Default: the default one, else the latest. */
  readonly version?: string | undefined;
  /** A name of `documents` of the app. Default "public", the main one. */
  readonly document?: string | undefined;
}

/** The pages of one document, with what stands in front of them. */
export interface GuardedPages {
  readonly pages: readonly DocsPage[];
  readonly dependencies: readonly AnyDependency[];
}

/** One document in all versions: where it is, whom it is for. */
interface Plan {
  readonly name: string;
  readonly audiences: readonly string[];
  readonly docs: DocsSettings;
  readonly description: string | undefined;
  readonly dependencies: readonly AnyDependency[];
  readonly transform: DocumentTransform | undefined;
}

export interface DocumentsOptions {
  readonly options: AppOptions;
  readonly versioning: Versioning | undefined;
  readonly rootPath: string | undefined;
  readonly webhooks: readonly Webhook[];
}

/** The documents of an application: one for each version and audience. */
export class Documents {
  readonly #options: AppOptions;
  readonly #versioning: Versioning | undefined;
  readonly #rootPath: string | undefined;
  readonly #webhooks: readonly Webhook[];
  readonly #plans: readonly Plan[];

  constructor({ options, versioning, rootPath, webhooks }: DocumentsOptions) {
    this.#options = options;
    this.#versioning = versioning;
    this.#rootPath = rootPath;
    this.#webhooks = webhooks;
    const { documents = {} } = options;
    this.#plans = [
      mainPlan(options),
      ...Object.entries(documents).map(([name, each]) => planOf(name, each, options)),
    ];
  }

  /** Where the main document and its pages are; absent where they are turned off. */
  get paths(): DocsPaths {
    return docsPaths(this.#plans[0]!.docs);
  }

  /** Throws a `TypeError` for a version or a document that there is not, a `StartUpError` for what no document can say. */
  document(routes: readonly Route[], { version, document = PUBLIC }: DocumentName): OpenApiDocument {
    const plan = this.#plans.find(({ name }) => name === document);
    const names = this.#plans.map(({ name }) => name);
    if (plan === undefined)
      throw new TypeError(`there is no document '${document}': ${hint(document, names)}`);
    const versions = this.#versioning?.names ?? [];
    if (version !== undefined && !versions.includes(version))
      throw new TypeError(
        versions.length === 0
          ? "the application has no versions"
          : `there is no version '${version}': ${hint(version, versions)}`,
      );
    this.#check(routes);
    const path = docsPaths(plan.docs).openapi;
    return this.#build(routes, plan, version ?? this.#versioning?.main, version === undefined ? path : pathOf(path, version)); // prettier-ignore
  }

  /** All that is served of them. */
  pages(routes: readonly Route[]): readonly GuardedPages[] {
    this.#check(routes);
    const all = this.#plans.map((plan) => ({
      pages: this.#pagesOf(routes, plan),
      dependencies: plan.dependencies,
    }));
    // Those of one document are told apart already.
    checkPages(all.flatMap(({ pages }) => pages));
    return all;
  }

  #pagesOf(routes: readonly Route[], plan: Plan): readonly DocsPage[] {
    const { openapi } = docsPaths(plan.docs);
    if (openapi === undefined) return [];
    const main = this.#build(routes, plan, this.#versioning?.main, openapi);
    const versions = (this.#versioning?.names ?? []).map((name) => {
      const path = pathOf(openapi, name)!;
      return { name, path, document: this.#build(routes, plan, name, path) };
    });
    const schemes = [main, ...versions.map(({ document }) => document)].map(({ components }) => components?.securitySchemes); // prettier-ignore
    const text = JSON.stringify(main);
    return docsPages(
      {
        ...plan.docs,
        servers: this.#options.servers,
        securitySchemes: Object.assign({}, ...schemes) as NonNullable<(typeof schemes)[0]>,
        versions: versions.map(({ name, path, document }) => ({
          name,
          path,
          text: JSON.stringify(document),
        })),
        version: this.#versioning?.main,
        isGuarded: plan.dependencies.length > 0,
      },
      () => text,
    );
  }

  #build(
    routes: readonly Route[],
    plan: Plan,
    version: string | undefined,
    path: string | undefined,
  ): OpenApiDocument {
    const { title: _, version: ownVersion = VERSION, openapi: __, ...info } = this.#options;
    const selection: Selection = { version, audiences: plan.audiences };
    const shown = routes.filter((route) => isSelected(route, selection));
    const webhooks = this.#webhooks.filter(({ request }) => isSelected(request, selection));
    const root = this.#rootPath;
    const document = buildDocument(shown, {
      ...info,
      title: plan.docs.title,
      description: this.#described(plan, version),
      version: version ?? ownVersion,
      tags: selectedTags(info.tags, tagsOfAll(routes, this.#webhooks), tagsOfAll(shown, webhooks)),
      servers: info.servers ?? (root === undefined ? undefined : [{ url: root }]),
      webhooks,
      versioning: this.#versioning,
      path,
    });
    return plan.transform?.(document, { document: plan.name, version }) ?? document;
  }

  #described({ description }: Plan, version: string | undefined): string | undefined {
    const details = version === undefined ? undefined : this.#versioning?.detailsOf(version);
    const said = details?.description ?? description;
    const { deprecated = false } = details ?? {};
    if (deprecated === false) return said;
    const note =
      typeof deprecated === "object" ? noteOf(version!, deprecated) : `Version ${version} is deprecated.`;
    return said === undefined ? note : `${said}\n\n${note}`;
  }

  /** Only the whole application tells whether a route is for somebody whom no document is for. */
  #check(routes: readonly Route[]): void {
    const known = [...new Set(this.#plans.flatMap(({ audiences }) => audiences))];
    const found: Mistake[] = [];
    const check = (audience: string | readonly string[] = [], route: string, at?: string): void => {
      for (const each of [audience].flat())
        if (!known.includes(each))
          found.push({ ...mistakes.unknownAudience(each, nearest(each, known), known), route, ...(at === undefined ? {} : { at }) }); // prettier-ignore
    };
    for (const { audience, method, template, declaredAt, mount } of routes)
      if (mount === undefined) check(audience, `${method} ${template.text}`, declaredAt);
    for (const { name, request } of this.#webhooks) {
      check(request.audience, `the webhook '${name}'`);
      const versions = this.#versioning?.names ?? [];
      for (const each of [request.version ?? []].flat())
        if (!versions.includes(each))
          found.push({
            ...mistakes.unknownVersion("version", each, versions),
            route: `the webhook '${name}'`,
          });
    }
    if (found.length > 0) throw new StartUpError(found);
  }
}

const TITLE = "API";
const VERSION = "0.1.0";

function mainPlan({ title = TITLE, description, openapi, docs, redoc }: AppOptions): Plan {
  const { dependencies = [], transform } = typeof openapi === "object" ? openapi : {};
  return {
    name: PUBLIC,
    audiences: [PUBLIC],
    docs: { title, openapi, docs, redoc },
    description,
    dependencies,
    transform,
  };
}

function planOf(name: string, settings: DocumentSettings, options: AppOptions): Plan {
  const { audience = name, path = `/${name}/openapi.json`, docs, redoc, dependencies = [] } = settings;
  const { title = options.title ?? TITLE, description = options.description } = settings;
  const { transform = typeof options.openapi === "object" ? options.openapi.transform : undefined } =
    settings;
  return {
    name,
    audiences: [audience].flat(),
    docs: { title, openapi: path, docs: below(`/${name}/docs`, docs), redoc: below(`/${name}/redoc`, redoc) },
    description,
    dependencies,
    transform,
  };
}

function below<T extends { readonly path?: string }>(
  path: string,
  page: T | string | false | undefined,
): T | string | false {
  return page === undefined ? path : typeof page === "object" ? { path, ...page } : page;
}

/** "/openapi.json" of version 1 is "/openapi/1.json". */
function pathOf(path: string | undefined, version: string): string | undefined {
  return path === undefined ? undefined : `${path.replace(/\.json$/, "")}/${version}.json`;
}

function noteOf(
  version: string,
  { since, sunset, successor }: { since: string; sunset?: string; successor?: string },
): string {
  const until = sunset === undefined ? "" : `, gone after ${sunset}`;
  const instead = successor === undefined ? "" : ` Use version ${successor} instead.`;
  return `Version ${version} is deprecated since ${since}${until}.${instead}`;
}

function hint(name: string, known: readonly string[]): string {
  // Of versions every name is one slip of the pen away from the others.
  const meant = name.length > 2 ? nearest(name, known) : undefined;
  return meant === undefined ? `there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}` : `did you mean '${meant}'?`; // prettier-ignore
}
