import type { DocsPage } from "./docs-page.ts";
import { type Entity, FOREVER, respondWith, REVALIDATE } from "./entity.ts";
import { entityTag } from "./entity-tag.ts";
import { readVendored } from "./vendored-file.ts";

/** A vendored file that a page loads. */
export interface Asset {
  /** Below `vendor`. */
  readonly file: string;
  /** Its name below the page. */
  readonly name: string;
  /** Of the package it is from; undefined for our own, whose version is the framework's. */
  readonly version?: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** What a page adds to the asset's address, so that a browser may keep it for good. */
export function versionQuery({ version }: Asset): string {
  return version === undefined ? "" : `?v=${version}`;
}

export function assetPage(base: string, { file, name, version }: Asset): DocsPage {
  let entity: Entity | undefined;
  return {
    method: "GET",
    path: `${base}/${name}`,
    respond(exchange) {
      entity ??= read(file);
      const versioned = version !== undefined && exchange.search === `v=${version}`;
      respondWith(exchange, versioned ? { ...entity, cacheControl: FOREVER } : entity);
    },
  };
}

function read(file: string): Entity {
  const payload = readVendored(file);
  const contentType = CONTENT_TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  return { contentType, payload, etag: entityTag(payload), cacheControl: REVALIDATE };
}
