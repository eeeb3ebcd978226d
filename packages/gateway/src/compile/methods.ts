/** Keys of a path item, and the methods that they stand for. */
export const OPENAPI_METHODS: readonly (readonly [key: string, method: string])[] = [
  ["get", "GET"],
  ["head", "HEAD"],
  ["post", "POST"],
  ["put", "PUT"],
  ["patch", "PATCH"],
  ["delete", "DELETE"],
  ["options", "OPTIONS"],
  ["trace", "TRACE"],
  ["query", "QUERY"],
  ["x-query", "QUERY"],
];

/** The operations that a method of a request may mean, in words of the configuration: a WebSocket begins as a GET. */
export function methodsOf(method: string): readonly string[] {
  return method === "WEBSOCKET" ? ["WEBSOCKET", "GET"] : [method];
}

/** TRACE would show the client what the gateway adds for the service; others no route of Waymark has. */
export const METHODS_SERVED: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "QUERY",
]);
