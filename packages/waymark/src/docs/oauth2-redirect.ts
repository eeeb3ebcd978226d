import { type Asset, assetPage } from "./asset.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import type { DocsPage } from "./docs-page.ts";
import { type Entity, respondWith, REVALIDATE } from "./entity.ts";
import { entityTag } from "./entity-tag.ts";

const SCRIPT: Asset = { file: "swagger-ui-dist/oauth2-redirect.js", name: "oauth2-redirect.js" };

const PAYLOAD = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Swagger UI: authorization</title></head>
<body><script src="${SCRIPT.name}"></script></body>
</html>
`;

const ENTITY: Entity = {
  contentType: "text/html; charset=utf-8",
  payload: PAYLOAD,
  etag: entityTag(PAYLOAD),
  cacheControl: REVALIDATE,
  // The address holds the authorization code.
  fields: [
    ["content-security-policy", contentSecurityPolicy()],
    ["referrer-policy", "no-referrer"],
  ],
};

/** Where an authorization server sends people back to: it hands the code to the window with Swagger UI, and closes. */
export function redirectPage(base: string): [DocsPage, ...DocsPage[]] {
  return [
    {
      method: "GET",
      path: `${base}/oauth2-redirect.html`,
      respond: (exchange) => respondWith(exchange, ENTITY),
    },
    assetPage(base, SCRIPT),
  ];
}
