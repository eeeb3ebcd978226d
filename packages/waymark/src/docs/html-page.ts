import { type Asset, assetPage, versionQuery } from "./asset.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import type { DocsPage } from "./docs-page.ts";
import { type Entity, respondWith, REVALIDATE } from "./entity.ts";
import { entityTag } from "./entity-tag.ts";
import { escapeHtml } from "./escape-html.ts";
import { relativeUrl } from "./relative-url.ts";
import { readVendored } from "./vendored-file.ts";

export interface HtmlPage {
  readonly path: string;
  readonly title: string;
  /** Where the OpenAPI document is. */
  readonly documentPath: string;
  /** The element that the interface fills, by id. */
  readonly element: string;
  /** What the start script reads from `data-settings`; `to` makes references from the page to paths of the application. */
  readonly settings: (to: (path: string) => string) => unknown;
  readonly styles: readonly Asset[];
  readonly scripts: readonly Asset[];
  /** Origins that its scripts may call. */
  readonly connect?: readonly string[];
  /** Guards of the document stand in front of it. */
  readonly isGuarded?: boolean | undefined;
}

/** A page, and the files that it loads. */
export function htmlPage(page: HtmlPage): DocsPage[] {
  const base = assetBase(page.path);
  const entities = new Map<boolean, Entity>();
  return [
    {
      method: "GET",
      path: page.path,
      isGuarded: page.isGuarded ?? false,
      respond(exchange) {
        // References begin at the last "/", and where slashes are ignored a page has two addresses.
        const slash = exchange.path.endsWith("/");
        let entity = entities.get(slash);
        if (entity === undefined) entities.set(slash, (entity = render(page, base, slash)));
        respondWith(exchange, entity);
      },
    },
    ...[...page.styles, ...page.scripts].map((asset) => assetPage(base, asset)),
  ];
}

/** What the files of a page stand below: the page itself. */
export function assetBase(path: string): string {
  return path.replace(/\/$/, "");
}

function render(page: HtmlPage, base: string, slash: boolean): Entity {
  // A page whose files are missing would be blank, and say so to nobody.
  for (const { file } of page.scripts) readVendored(file);
  const from = slash ? `${base}/` : page.path;
  const to = (path: string): string => relativeUrl(from, path);
  const asset = (each: Asset): string => escapeHtml(to(`${base}/${each.name}`) + versionQuery(each));
  const payload = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="${ICON}">
${page.styles.map((each) => `<link rel="stylesheet" href="${asset(each)}">`).join("\n")}
<style>body { margin: 0 }</style>
</head>
<body>
<div id="${page.element}" data-settings="${escapeHtml(JSON.stringify(page.settings(to)))}"></div>
<noscript>This page needs JavaScript; <a href="${escapeHtml(to(page.documentPath))}">the document</a> does not.</noscript>
${page.scripts.map((each) => `<script src="${asset(each)}"></script>`).join("\n")}
</body>
</html>
`;
  return {
    contentType: "text/html; charset=utf-8",
    payload,
    etag: entityTag(payload),
    cacheControl: REVALIDATE,
    fields: [
      ["content-security-policy", contentSecurityPolicy(page.connect)],
      ["referrer-policy", "no-referrer"],
    ],
  };
}

/** A way mark. Without an icon of its own a page makes browsers ask for /favicon.ico, which is a 404. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M7 1h2v14H7z' fill='%23556'/%3E%3Cpath d='M3 3h9l3 2.5L12 8H3z' fill='%23e4572e'/%3E%3C/svg%3E";
