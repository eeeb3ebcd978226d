import { docsPages, type DocsPage } from "waymark/internal";
import type { Snapshot } from "../snapshot.ts";
import { publishedDocument } from "./published-document.ts";

/**
 * What the gateway says of itself, by path: the merged document, Swagger UI with its files, and a document for each
 * service beside it. Written when somebody first asks; empty where the snapshot has no docs.
 */
export function publishedPages(snapshot: Snapshot): ReadonlyMap<string, DocsPage> {
  const { docs, title } = snapshot.gateway;
  if (docs === null) return new Map();
  const merged = docsPages({ title, openapi: docs.document, docs: docs.ui, redoc: false }, () =>
    JSON.stringify(publishedDocument(snapshot)),
  );
  const published = Object.keys(snapshot.services).filter((service) =>
    snapshot.operations.some((operation) => operation.service === service && !operation.internal),
  );
  const single = published.flatMap((service) =>
    docsPages({ title, openapi: pathOf(docs.document, service), docs: false, redoc: false }, () =>
      JSON.stringify(publishedDocument(snapshot, { service })),
    ),
  );
  return new Map([...single, ...merged].map((page) => [page.path, page]));
}

/** Of `/openapi.json`: `/openapi/orders.json`. */
function pathOf(document: string, service: string): string {
  return `${document.replace(/\.json$/, "")}/${encodeURIComponent(service)}.json`;
}
