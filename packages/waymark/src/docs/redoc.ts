import { choosing, versionChoice, type ShownVersions } from "./choose-version.ts";
import type { DocsPage } from "./docs-page.ts";
import { htmlPage } from "./html-page.ts";
import type { RedocSettings } from "./settings.ts";

/** ReDoc: the page and its files. */
export function redocPages(
  path: string,
  settings: RedocSettings,
  context: {
    readonly title: string;
    readonly documentPath: string;
    readonly versions: ShownVersions;
    readonly isGuarded: boolean;
  },
): DocsPage[] {
  return htmlPage({
    path,
    title: `${context.title} · ReDoc`,
    documentPath: context.documentPath,
    element: "redoc",
    settings: (to) => ({
      url: to(context.documentPath),
      versions: versionChoice(context.versions, to),
      // Descriptions may hold HTML, as CommonMark lets them; what could run is taken out.
      options: { ...settings.options, sanitize: true },
    }),
    styles: [],
    scripts: [
      { file: "redoc/redoc.standalone.js", name: "redoc.standalone.js", version: "2.5.4" },
      ...choosing(context.versions),
      { file: "start/redoc.js", name: "start.js" },
    ],
    isGuarded: context.isGuarded,
  });
}
