import type { ShownVersion } from "./choose-version.ts";
import type { SecuritySchemes } from "./authorization.ts";

/** A value that JSON can write. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** For "Authorize" of Swagger UI. All of it is public: a client's secret does not belong here, and is refused. */
export interface SwaggerUiOAuth {
  /** As which client the page asks for tokens: one whose redirect address is `/docs/oauth2-redirect.html`. */
  readonly clientId?: string;
  /** Scopes that are ticked from the start. */
  readonly scopes?: readonly string[];
  /** Whether codes are asked for with PKCE (RFC 7636). Default true. */
  readonly usePkce?: boolean;
  /** The application's name, shown in the dialog. */
  readonly appName?: string;
  /** Sent along to where people sign in: `{ audience: "https://api.example" }`. */
  readonly additionalQueryParameters?: Readonly<Record<string, string>>;
}

export interface SwaggerUiSettings {
  /** Default "/docs". */
  readonly path?: string;
  /** Opens every operation ready to be tried. Default false. */
  readonly tryItOutEnabled?: boolean;
  /**
   * Keeps credentials in the browser's local storage over reloads, where every script of this origin can read them.
   * Default false.
   */
  readonly persistAuthorization?: boolean;
  /**
   * Origins beside this one that "Try it out" may call ("https://api.example.com"); those of absolute servers may be
   * called without being named here.
   */
  readonly connect?: readonly string[];
  /** What "Authorize" begins with, where the application has OAuth 2.0 or OpenID Connect. */
  readonly oauth?: SwaggerUiOAuth;
  /** Further options of Swagger UI, as its documentation names them: docExpansion, filter, … */
  readonly options?: { readonly [key: string]: Json };
}

export interface RedocSettings {
  /** Default "/redoc". */
  readonly path?: string;
  /** Options of ReDoc, as its documentation names them: theme, hideDownloadButtons, … */
  readonly options?: { readonly [key: string]: Json };
}

/** Where an application shows its document, and how. A text in place of an object is its path. */
export interface DocsSettings {
  /** The application's title, which heads the pages. */
  readonly title: string;
  /** The document, a text being where it is. Default "/openapi.json"; false leaves out the document and both pages. */
  readonly openapi?: false | string | { readonly path?: string } | undefined;
  /** Swagger UI; false leaves it out. */
  readonly docs?: false | string | SwaggerUiSettings | undefined;
  /** ReDoc; false leaves it out. */
  readonly redoc?: false | string | RedocSettings | undefined;
  /** The document's security schemes: Swagger UI may call the addresses in them. */
  readonly securitySchemes?: SecuritySchemes | undefined;
  /** The document of each version, beside the main one. */
  readonly versions?: readonly ShownVersion[] | undefined;
  /** The version that the main document is about. */
  readonly version?: string | undefined;
  /** Guards stand in front: what is answered to one may not be kept for others. */
  readonly isGuarded?: boolean | undefined;
  /** The document's servers. */
  readonly servers?: readonly { readonly url: string }[] | undefined;
}

/** Where document and pages are; what is turned off is missing. */
export interface DocsPaths {
  readonly openapi?: string;
  readonly docs?: string;
  readonly redoc?: string;
}

export function docsPaths({ openapi, docs, redoc }: Omit<DocsSettings, "title">): DocsPaths {
  if (openapi === false) return {};
  return {
    openapi: pathOf(openapi) ?? "/openapi.json",
    ...(docs === false ? {} : { docs: pathOf(docs) ?? "/docs" }),
    ...(redoc === false ? {} : { redoc: pathOf(redoc) ?? "/redoc" }),
  };
}

function pathOf(page: string | { readonly path?: string } | undefined): string | undefined {
  return typeof page === "string" ? page : page?.path;
}
