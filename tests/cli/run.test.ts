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

  it("says all that is wrong with settings, and ends", async () => {
    const project = new Project({
      ".env": "PORT_COUNT=three\n",
      "app.ts": `
        import { App, endpoint } from "waymark";
        import { settings } from "waymark/settings";
        import { z } from "zod";
        const config = settings(z.object({ portCount: z.int(), apiKey: z.string() }), { secrets: ["apiKey"] });
        const app = new App();
        app.get("/", endpoint({ input: { config } }, () => 1));
        export default app;
      `,
    });
    const { code, stderr } = await project.waymark("run");
    expect(stderr).toBe(
      "error: 2 settings are wrong\n" +
        "  PORT_COUNT is not right: expected an integer (.env:1)\n" +
        "  API_KEY is not set; API_KEY_FILE may name a file that has it\n",
    );
    expect(code).toBe(1);
  });

  it("serves below a root path", async () => {
    const source =
      'import { App } from "waymark";\nconst app = new App();\napp.get("/a", () => 1);\nexport default app;';
    const run = new Project({ "app.ts": source }).start("run", "--port", "0", "--root-path", "/shop");
    expect(await text(`${await run.url()}/shop/a`)).toBe("1");
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
