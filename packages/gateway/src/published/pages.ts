import { docsPages, type DocsPage } from "waymark/internal";
import type { Snapshot } from "../snapshot.ts";
import { publishedDocument } from "./published-document.ts";
import { versionsOf } from "./shown-operations.ts";

/** What the choice of documents calls the one that is about no version. */
const ALL = "default";

/**
 * What the gateway says of itself, by path: the merged document, Swagger UI with its files, and beside it a document for each
 * service and for each version that clients choose by a header or the query, which the page lets people choose. Written
 * when somebody first asks; empty where the snapshot has no docs.
 */
export function publishedPages(snapshot: Snapshot): ReadonlyMap<string, DocsPage> {
  const { docs, title } = snapshot.gateway;
  if (docs === null) return new Map();
  const document = (): string => JSON.stringify(publishedDocument(snapshot));
  const names = versionsOf(snapshot.operations);
  const versions = names.map((version) => ({
    name: version,
    path: pathOf(docs.document, `version/${encodeURIComponent(version)}`),
    get text() {
      return JSON.stringify(publishedDocument(snapshot, { version }));
    },
  }));
  const choice = [{ name: ALL, path: docs.document, text: "" }, ...versions];
  const merged = docsPages(
    {
      title,
      openapi: docs.document,
      docs: docs.ui,
      redoc: false,
      ...(versions.length > 0 && { versions: choice, version: ALL }),
    },
    document,
  );
  const published = Object.keys(snapshot.services).filter((service) =>
    snapshot.operations.some((operation) => operation.service === service && !operation.internal),
  );
  const single = published.flatMap((service) =>
    docsPages(
      { title, openapi: pathOf(docs.document, encodeURIComponent(service)), docs: false, redoc: false },
      () => JSON.stringify(publishedDocument(snapshot, { service })),
    ),
  );
  return new Map([...single, ...merged].map((page) => [page.path, page]));
}

/** Of `/openapi.json`: `/openapi/orders.json`, `/openapi/version/2.json`. */
function pathOf(document: string, name: string): string {
  return `${document.replace(/\.json$/, "")}/${name}.json`;
}
