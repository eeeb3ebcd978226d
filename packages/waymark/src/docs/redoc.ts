import type { DocsPage } from "./docs-page.ts";
import { htmlPage } from "./html-page.ts";
import type { RedocSettings } from "./settings.ts";

/** ReDoc: the page and its files. */
export function redocPages(
  path: string,
  settings: RedocSettings,
  context: { readonly title: string; readonly documentPath: string },
): DocsPage[] {
  return htmlPage({
    path,
    title: `${context.title} · ReDoc`,
    documentPath: context.documentPath,
    element: "redoc",
    settings: (to) => ({
      url: to(context.documentPath),
      // Descriptions may hold HTML, as CommonMark lets them; what could run is taken out.
      options: { ...settings.options, sanitize: true },
    }),
    styles: [],
    scripts: [
      { file: "redoc/redoc.standalone.js", name: "redoc.standalone.js", version: "2.5.4" },
      { file: "start/redoc.js", name: "start.js" },
    ],
  });
}
