import type { AnyEndpoint } from "../endpoint.ts";
import type { IncomingRequest } from "../http/request.ts";
import type { ValueOf } from "../inputs/input.ts";

/**
 * What has addresses: an endpoint, a socket, or a function that is routed. Inside of an endpoint its own name may be that of
 * the function in it, which stands for the endpoint.
 */
export type Addressable = Omit<AnyEndpoint, "~run"> | ((values: never) => unknown);

/** A value of the query that no input of the endpoint reads. */
export type QueryValue = string | number | boolean | bigint;

/** Which address of a function is wanted, and how much of it. */
export interface UrlOptions {
  /** Which of its routes: an operationId, "GET /products/{productId}", or the template alone. Default: the canonical one. */
  readonly route?: string;
  /** Of which version of the API: then none of another one will do. Default: that of the request, else the latest. */
  readonly version?: string;
  /** Values of names in the path that dependencies read, by wire name: `{ tenantId: "acme" }`. */
  readonly params?: Readonly<Record<string, string | number | bigint>>;
  /** Further parameters of the query, by wire name: those that dependencies read. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[] | undefined>>;
  /**
   * Makes it absolute: by an origin ("https://api.example.com"), or by how the client of a request has addressed the
   * application (its host is the client's word: see `request.url`).
   */
  readonly absolute?: string | IncomingRequest;
}

/** The inputs of an endpoint or a socket. */
type InputsOf<E> = E extends { readonly "~inputs"?: infer I } ? I : {};

/** What an input gives, or what its schema takes. */
type Written<X> = X extends { readonly "~sent"?: readonly [infer S] }
  ? unknown extends S
    ? ValueOf<X>
    : ValueOf<X> | S
  : ValueOf<X>;

/** Inputs that stand in a URL: those of the path have to be there. */
type Given<I> = {
  readonly [K in keyof I as I[K] extends { readonly in: "path" } ? K : never]: Written<I[K]>;
} & {
  readonly [K in keyof I as I[K] extends { readonly in: "path?" | "query" | "given" } ? K : never]?:
    | Written<I[K]>
    | undefined;
} & {
  readonly [K in keyof I as I[K] extends { readonly in: "group" } ? K : never]?: Partial<Written<I[K]>>;
};

/** A route that is named may have what others read from the path from somewhere else. */
type OfRoute<I> = [inputs: Partial<Given<I>>, options: UrlOptions & { readonly route: string }];
type OfAny<I> = [inputs: Given<I>, options?: UrlOptions & { readonly route?: undefined }];

/** A function by itself does not say which of its arguments stand in a URL. */
type OfFunction<E> = E extends (values: infer V) => any
  ? [inputs?: unknown extends V ? {} : Partial<V>, options?: UrlOptions]
  : never;

/** What `app.url` takes after the endpoint. */
export type UrlArguments<E> = E extends { readonly "~endpoint": true }
  ? OfAny<InputsOf<E>> | OfRoute<InputsOf<E>> | ({} extends Given<InputsOf<E>> ? [] : never)
  : OfFunction<E>;
