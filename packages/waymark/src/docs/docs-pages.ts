import { type Mistake, StartUpError } from "../start-up-error.ts";
import type { DocsPage } from "./docs-page.ts";
import { documentPage } from "./document-page.ts";
import type { ShownVersions } from "./choose-version.ts";
import { redocPages } from "./redoc.ts";
import { type DocsSettings, docsPaths } from "./settings.ts";
import { swaggerUiPages } from "./swagger-ui.ts";

/**
 * Everything that the docs answer: the document, Swagger UI and ReDoc with all their files. `document` gives the text of
 * the OpenAPI document and is asked once, when somebody first reads it. Where there are versions, each has a document of
 * its own beside it, and the pages let people choose; one at the document's own path is the document.
 * Throws a `StartUpError` for a path that is none.
 */
export function docsPages(settings: DocsSettings, document: () => string): DocsPage[] {
  const paths = docsPaths(settings);
  if (paths.openapi === undefined) return [];
  const context = {
    title: settings.title,
    documentPath: paths.openapi,
    versions: versionsOf(settings),
    isGuarded: settings.isGuarded ?? false,
    servers: settings.servers ?? [],
    securitySchemes: settings.securitySchemes ?? {},
  };
  const pages = [
    documentPage(paths.openapi, document, context.isGuarded),
    ...context.versions.list
      .filter(({ path }) => path !== paths.openapi)
      .map((version) => documentPage(version.path, () => version.text, context.isGuarded)),
  ];
  if (paths.docs !== undefined) pages.push(...swaggerUiPages(paths.docs, optionsOf(settings.docs), context));
  if (paths.redoc !== undefined) pages.push(...redocPages(paths.redoc, optionsOf(settings.redoc), context));
  checkPages(pages, publicSecret(settings.docs));
  return pages;
}

/** Throws a `StartUpError` for a path that is none, and for one that stands twice; `found` is told with them. */
export function checkPages(pages: readonly DocsPage[], found: readonly Mistake[] = []): void {
  const mistakes = [...mistakesOf(pages), ...found];
  if (mistakes.length > 0) throw new StartUpError(mistakes);
}

function versionsOf({ versions = [], version }: DocsSettings): ShownVersions {
  return { list: versions, main: version };
}

function optionsOf<T extends object>(page: T | string | false | undefined): T | Record<string, never> {
  return typeof page === "object" ? page : {};
}

/** Without a compiler it may be there, as Swagger UI itself would take it. */
function publicSecret(docs: DocsSettings["docs"]): Mistake[] {
  const oauth: object = typeof docs === "object" ? (docs.oauth ?? {}) : {};
  if (!("clientSecret" in oauth)) return [];
  return [
    {
      code: "WM705",
      message: "docs.oauth.clientSecret would be shown to everybody who opens the docs",
      remedy: "Take it away: the page is a public client, which has PKCE in place of a secret.",
    },
  ];
}

function mistakesOf(pages: readonly DocsPage[]): Mistake[] {
  const mistakes: Mistake[] = [];
  const seen = new Set<string>();
  for (const { path } of pages) {
    if (!path.startsWith("/") || /[{}?#\\]|\/\//.test(path))
      mistakes.push({
        code: "WM704",
        message: `'${path}' is not a path for the docs`,
        remedy: "Begin it with '/', and leave out parameters, query and fragment.",
      });
    else if (seen.has(path))
      mistakes.push({
        code: "WM704",
        message: `two pages of the docs stand at '${path}'`,
        remedy: "Give openapi, docs and redoc a path each, or false, and those of documents too.",
      });
    seen.add(path);
  }
  return mistakes;
}
