import type { Asset } from "./asset.ts";
import { initOAuth, type SecuritySchemes, tokenAddresses } from "./authorization.ts";
import { originOf } from "./content-security-policy.ts";
import { choosing, versionChoice, type ShownVersions } from "./choose-version.ts";
import type { DocsPage } from "./docs-page.ts";
import { assetBase, htmlPage } from "./html-page.ts";
import { redirectPage } from "./oauth2-redirect.ts";
import type { SwaggerUiSettings } from "./settings.ts";

const VERSION = "5.35.0";
const STYLE: Asset = { file: "swagger-ui-dist/swagger-ui.css", name: "swagger-ui.css", version: VERSION };
const BUNDLE: Asset = {
  file: "swagger-ui-dist/swagger-ui-bundle.js",
  name: "swagger-ui-bundle.js",
  version: VERSION,
};
const START: Asset = { file: "start/swagger-ui.js", name: "start.js" };

export interface SwaggerUiContext {
  readonly title: string;
  readonly documentPath: string;
  readonly versions: ShownVersions;
  readonly isGuarded: boolean;
  readonly servers: readonly { readonly url: string }[];
  readonly securitySchemes: SecuritySchemes;
}

/** Swagger UI: the page, its files, and the page that an authorization server sends people back to. */
export function swaggerUiPages(
  path: string,
  settings: SwaggerUiSettings,
  context: SwaggerUiContext,
): DocsPage[] {
  const { tryItOutEnabled = false, persistAuthorization = false, oauth, connect = [] } = settings;
  const { servers, securitySchemes, versions } = context;
  const origins = [...connect, ...servers.map(({ url }) => url), ...tokenAddresses(securitySchemes)].map(
    originOf,
  );
  const base = assetBase(path);
  const redirect = redirectPage(base);
  return [
    ...htmlPage({
      path,
      title: `${context.title} · Swagger UI`,
      documentPath: context.documentPath,
      element: "swagger-ui",
      settings: (to) => ({
        options: {
          deepLinking: true,
          displayRequestDuration: true,
          // Its default sends the document's address to a validator on another host.
          validatorUrl: null,
          ...settings.options,
          url: to(context.documentPath),
          tryItOutEnabled,
          persistAuthorization,
        },
        versions: versionChoice(versions, to),
        oauth: initOAuth(oauth, securitySchemes),
        redirect: to(redirect[0]!.path),
      }),
      styles: [STYLE],
      scripts: [BUNDLE, ...choosing(versions), START],
      isGuarded: context.isGuarded,
      connect: [...new Set(origins.filter((origin) => origin !== undefined))],
    }),
    ...redirect,
  ];
}
