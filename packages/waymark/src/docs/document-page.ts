import type { DocsPage } from "./docs-page.ts";
import { type Entity, respondWith, REVALIDATE } from "./entity.ts";
import { entityTag } from "./entity-tag.ts";

/** The OpenAPI document, made when it is first asked for. */
export function documentPage(path: string, document: () => string, isGuarded = false): DocsPage {
  let entity: Entity | undefined;
  return {
    method: "GET",
    path,
    isGuarded,
    respond(exchange) {
      if (entity === undefined) {
        const payload = document();
        entity = {
          contentType: "application/json",
          payload,
          etag: entityTag(payload),
          cacheControl: REVALIDATE,
        };
      }
      respondWith(exchange, entity);
    },
  };
}
