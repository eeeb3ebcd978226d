import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import type { Input } from "../inputs/input.ts";
import type { RouteOptions } from "../routing/declaration.ts";

/** An application with one route, "/", that answers with the value of a credential. */
export function appOf(credential: Input<"credential", unknown, never>, options: RouteOptions = {}): App {
  const app = new App({ limits: { headers: 200_000 }, logger: { error() {}, warn() {} } });
  const read = endpoint({ input: { credential } }, ({ credential: found }) => ({ found: found ?? null }));
  app.add({ method: "GET", path: "/", endpoint: read, ...options } as Parameters<App["add"]>[0]);
  return app;
}

export interface Answer {
  readonly status: number;
  /** WWW-Authenticate. */
  readonly challenge: string | null;
  readonly body: any;
}

/** Asks for "/", or a target below it, with these fields. */
export async function ask(app: App, headers: Record<string, string> = {}, target = "/"): Promise<Answer> {
  const response = await app.request(target, { headers });
  const body: unknown = await response.json();
  return { status: response.status, challenge: response.headers.get("www-authenticate"), body };
}

/** Asks with a token. */
export function askWith(app: App, token: string): Promise<Answer> {
  return ask(app, { authorization: `Bearer ${token}` });
}
