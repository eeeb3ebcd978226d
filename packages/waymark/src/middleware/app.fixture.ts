import { App } from "../app.ts";
import type { AppOptions } from "../app-options.ts";
import type { Middleware } from "../http/handlers.ts";

/** A logger that keeps what it was told. */
export class KeptLog {
  readonly lines: string[] = [];
  readonly error = (message: string): void => void this.lines.push(message);
  readonly warn = (message: string): void => void this.lines.push(message);
}

/** An application without pages, with these middleware. */
export function appWith(middleware: readonly Middleware[], options: AppOptions = {}): App {
  const app = new App({
    docs: false,
    redoc: false,
    openapi: false,
    logger: new KeptLog(),
    ...(options as object),
  });
  for (const each of middleware) app.use(each);
  return app;
}

/** The fields of a reply that begin with `prefix`, and Vary. */
export function fieldsOf(response: Response, prefix: string): Record<string, string> {
  return Object.fromEntries(
    [...response.headers].filter(([name]) => name.startsWith(prefix) || name === "vary"),
  );
}
