import { describe, expect, it } from "vitest";
import { Project, text } from "./project.ts";

const app = (types: string): string => `
  import { App, dependency } from "waymark";
  const store = dependency({ scope: "app" }, async function* () { yield 1; console.log("cleaned up"); });
  const app${types} = new App({ dependencies: [store] });
  app.get("/", () => process.env.NODE_ENV ?? "");
  app.get("/fails", () => { throw new Error("secret"); });
  export { app };
`;

describe("waymark run", { timeout: 60_000 }, () => {
  it.each([
    ["app.ts", app(": App")],
    ["app.js", app("")],
  ])("serves %s in production and closes it in order", async (file, source) => {
    const run = new Project({ [file]: source }).start("run", file, "--port", "0");
    const url = await run.url();
    expect(await text(url)).toBe('"production"');
    expect(await text(`${url}/fails`)).not.toContain("secret");
    expect(await run.stop("SIGTERM")).toBe(0);
    expect(run.output).toContain("cleaned up");
  });

  it("takes an app of another name, and of a project in CommonJS", async () => {
    const project = new Project({
      "package.json": "{}",
      "api.ts":
        'import { App } from "waymark";\nexport const api: App = new App();\napi.get("/", () => "cjs");',
    });
    const { code, stderr } = await project.waymark("run", "api.ts");
    expect(stderr).toBe(
      "error: api.ts does not have a default export, or one named app, made by new App().\n" +
        "  It exports an app as api: --export api\n",
    );
    expect(code).toBe(1);
    expect(await text(await project.start("run", "api.ts", "--export", "api", "--port", "0").url())).toBe(
      '"cjs"',
    );
  });

  it("says what a module lacks", async () => {
    const { code, stderr } = await new Project({ "app.ts": "export const a = 1;" }).waymark("run");
    expect(stderr).toContain("error: app.ts does not have a default export");
    expect(code).toBe(1);
  });

  it("says what stands where the app should", async () => {
    const project = new Project({
      "factory.ts":
        'import { App } from "waymark";\nexport default async function create() { return new App(); }',
      "router.ts": 'import { Router } from "waymark";\nexport default new Router();',
    });
    const told = async (file: string): Promise<string> => (await project.waymark("run", file)).stderr;
    expect(await told("factory.ts")).toContain("  Its export default is the function create: call it. Write");
    expect(await told("router.ts")).toContain(
      "  Its export default is a router: include it in an app. Write",
    );
  });
});
