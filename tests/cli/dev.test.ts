import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { Project, text } from "./project.ts";

const app = (answer: string): string => `
  import { App } from "waymark";
  const app: App = new App({ title: "Test" });
  app.get("/", () => ${answer});
  export default app;
`;

describe("waymark dev", { timeout: 60_000 }, () => {
  it("serves TypeScript, prints the addresses once, and restarts on every save at the same port", async () => {
    const project = new Project({
      "app.ts": app("word()").replace("import", 'import { word } from "./word.ts"; import'),
    });
    project.write("word.ts", "export const word = (): string => 'one';");
    const dev = project.start("dev", "--port", "0");
    const url = await dev.url();
    expect(await dev.says(/ready in \d+ ms/)).toMatch(
      new RegExp(`Swagger UI +${url}/docs\n +ReDoc +${url}/redoc\n +OpenAPI +${url}/openapi.json`),
    );
    expect(await text(url)).toBe('"one"');
    for (const word of ["two", "three"]) {
      project.write("word.ts", `export const word = (): string => '${word}';`);
      expect(await dev.says(/restarted in \d+ ms: word.ts changed/)).not.toContain("Swagger");
      expect(await text(url)).toBe(`"${word}"`);
    }
    expect(await dev.stop()).toBe(0);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  it("shows each kind of mistake and recovers with the next save", async () => {
    const project = new Project({ "app.ts": app("'one'") });
    const dev = project.start("dev", "app.ts", "--port", "0");
    const url = await dev.url();

    project.write("app.ts", "const a = ;");
    expect(await dev.says(/waiting for the next save/)).toContain(
      'error: app.ts:1:11: Unexpected ";"\n  1 | const a = ;\n    |           ^\n',
    );
    project.write("app.ts", `${app("'one'")}\napp.get("/users/{id}/{id}", () => 1);`);
    const startUp = await dev.says(/waiting for the next save/);
    expect(startUp).toContain(
      "error: the application cannot start: 1 mistake\n\n  GET /users/{id}/{id}  app.ts:7",
    );
    expect(startUp).not.toContain("    at ");

    project.write("app.ts", "function fail(): never {\n  throw new Error('boom');\n}\nfail();");
    const thrown = await dev.says(/waiting for the next save/);
    expect(thrown).toMatch(/Error: boom\n {4}at fail \(.*app\.ts:2:\d+\)/);
    expect(thrown).not.toMatch(/node:internal|tsx|waymark[\\/]dist/);

    project.write("app.ts", app("'two'"));
    await dev.says(/restarted in \d+ ms: app.ts changed/);
    expect(await text(url)).toBe('"two"');
  });

  it("shows a mistake at the first start and waits", async () => {
    const project = new Project({ "app.js": "const a = 1;\nconst b = ;" });
    const dev = project.start("dev", "--port", "0");
    expect(await dev.says(/waiting for the next save/)).toContain("app.js:2\nconst b = ;");
    project.write(
      "app.js",
      'import { App } from "waymark";\nexport const app = new App();\napp.get("/", () => 1);',
    );
    expect(await text(await dev.url())).toBe("1");
  });

  it("restarts an application that ended by itself, and one that will not stop", async () => {
    const stubborn = 'import "./crash.ts"; process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
    const project = new Project({ "app.ts": stubborn + app("1"), "crash.ts": "" });
    const dev = project.start("dev", "--port", "0");
    const url = await dev.url();
    project.write("crash.ts", "setTimeout(() => process.exit(3), 50);");
    await dev.says(/ended with exit code 3; waiting for the next save/);
    project.write("crash.ts", "");
    await dev.says(/restarted in/);
    expect(await text(url)).toBe("1");
  });

  it("takes over a server that the module starts itself", async () => {
    const own = (answer: string): string =>
      `import { App, serve } from "waymark"; const app = new App(); app.get("/", () => "${answer}"); export default app;
       await serve(app, { port: 0 });`;
    const project = new Project({ "main.ts": own("one") });
    const dev = project.start("dev");
    expect(await text(await dev.url())).toBe('"one"');
    project.write("main.ts", own("two"));
    await dev.says(/restarted in/);
    expect(await dev.stop("SIGTERM")).toBe(0);
  });

  it("runs the application in development", async () => {
    const project = new Project({ "app.ts": app("{ throw new Error('shown'); }") });
    const url = await project.start("dev", "--port", "0").url();
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("app.ts:4");
  });

  it("ends when the port is taken, and says which one to try", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const project = new Project({ "app.ts": app("1") });
    const { code, stderr } = await project.waymark("dev", "--port", String(port));
    server.close();
    expect(stderr).toContain(
      `error: Port ${port} on 127.0.0.1 is taken by another program.\n  Stop that one, or`,
    );
    expect(code).toBe(1);
  });

  it("leaves no process behind when it is killed", async () => {
    const project = new Project({ "app.ts": app("1") });
    const dev = project.start("dev", "--port", "0");
    const url = await dev.url();
    await dev.stop("SIGKILL");
    await expect
      .poll(
        () =>
          fetch(url).then(
            () => "answers",
            () => "gone",
          ),
        { timeout: 10_000 },
      )
      .toBe("gone");
  });
});
