import type { App } from "../app.ts";
import type { TestedApp } from "./test-client.ts";

/** What is asked of an application that is fuzzed. */
export type FuzzedApp = TestedApp & Pick<App, "openapi" | "routes">;
