import type { OpenApiDocument, OperationObject, PathItemObject } from "../../openapi/document.ts";
import type { FuzzedApp } from "../fuzzed-app.ts";
import type { FuzzOptions, FuzzSkip } from "../fuzz-options.ts";
import { listOf } from "./flatten.ts";

/** An operation of the document, with what only the application knows of it. */
export interface FuzzOperation {
  readonly method: string;
  /** As the document has it: "/items/{itemId}". */
  readonly template: string;
  /** "GET /items/{itemId}". */
  readonly label: string;
  readonly operation: OperationObject;
  /** Statuses that the application declares as its own errors, and does not get from the framework. */
  readonly ownErrors: ReadonlySet<number>;
}

/** The operations that are asked for: those that add first, those that remove last. Throws for a name that none has. */
export function operationsOf(
  document: OpenApiDocument,
  app: Pick<FuzzedApp, "routes">,
  options: FuzzOptions,
): FuzzOperation[] {
  const ownErrors = new Map<string, Set<number>>();
  // Versions may share an operationId.
  for (const { operationId, errors } of app.routes())
    for (const status of Object.keys(errors))
      ownErrors.set(operationId, (ownErrors.get(operationId) ?? new Set()).add(Number(status)));
  const all = Object.entries(document.paths).flatMap(([template, item]) =>
    Object.entries(item as Readonly<Record<string, OperationObject>>).flatMap(([key, operation]) => {
      if (!isMethod(key)) return [];
      const method = key.replace(/^x-/, "").toUpperCase();
      const label = `${method} ${template}`;
      return [
        {
          method,
          template,
          label,
          operation,
          ownErrors: ownErrors.get(operation.operationId) ?? new Set<number>(),
        },
      ];
    }),
  );
  const { only, skip = [] } = options;
  const [wanted, unwanted] = [only === undefined ? undefined : listOf(only), listOf(skip)];
  for (const name of [...(wanted ?? []), ...unwanted])
    if (!all.some((each) => isNamed(each, name))) throw new TypeError(`no operation is called ${name}`);
  return all
    .filter(
      (each) =>
        (wanted?.some((name) => isNamed(each, name)) ?? true) &&
        !unwanted.some((name) => isNamed(each, name)),
    )
    .toSorted((one, other) => rankOf(one) - rankOf(other));
}

const ORDER = ["POST", "GET", "PUT", "PATCH", "DELETE"];
/** What is added can be read; after a DELETE there may be nothing left to be. */
function rankOf({ method }: FuzzOperation): number {
  return ORDER.indexOf(method) === -1 ? 1 : ORDER.indexOf(method);
}

export function isNamed(
  { operation, label }: Pick<FuzzOperation, "operation" | "label">,
  name: string,
): boolean {
  return operation.operationId === name || label === name;
}

/** Sockets are documented, and have no replies to be judged. */
export function socketSkips(document: OpenApiDocument, { only }: FuzzOptions): FuzzSkip[] {
  if (only !== undefined) return [];
  return (document["x-waymark-sockets"] ?? []).map((socket) => ({
    operation: `WEBSOCKET ${(socket as { path?: string }).path ?? ""}`,
    what: "the connection",
    why: "a WebSocket is no request and reply",
  }));
}

const METHODS: ReadonlySet<string> = new Set<keyof PathItemObject>([
  "get",
  "put",
  "post",
  "delete",
  "options",
  "head",
  "patch",
  "query",
  "x-query",
]);
function isMethod(key: string): boolean {
  return METHODS.has(key);
}
