import { expect, test } from "vitest";
import { declaredAt } from "./declared-at.ts";

const own = new URL("./router.ts", import.meta.url);

function withStack(...lines: string[]): Error {
  return Object.assign(new Error("GET /"), { stack: ["Error: GET /", ...lines].join("\n") });
}

test("is where the error was made", () => {
  expect(declaredAt(new Error("GET /"))).toMatch(
    /^packages\/waymark\/src\/routing\/declared-at\.test\.ts:\d+$/,
  );
});

test.each([
  ["    at Object.<anonymous> (/srv/api/app.ts:12:5)", "/srv/api/app.ts:12"],
  ["    at file:///srv/api/app.ts:12:5", "/srv/api/app.ts:12"],
  ["    at async file:///srv/api/app.ts:12:5", "/srv/api/app.ts:12"],
  ["    at register (file:///srv/my%20api/app.ts?version=3:12:5)", "/srv/my api/app.ts:12"],
  ["    at new Items (file:///C:/api/app.ts:12:5)", "C:/api/app.ts:12"],
  ["    at C:\\api\\app.ts:12:5", "C:/api/app.ts:12"],
  ["register@/srv/api/app.ts:12:5", "/srv/api/app.ts:12"],
  [`    at main (${process.cwd()}/src/app.ts:3:1)`, "src/app.ts:3"],
])("reads the frame %j", (line, place) => {
  expect(declaredAt(withStack(line))).toBe(place);
});

test("passes over this package, the runtime's own frames and what is no frame", () => {
  const error = withStack(
    `    at Router.route (${own.href}:1:2)`,
    `    at record (${own.pathname}:3:4)`,
    "    at Array.map (<anonymous>)",
    "    at ModuleJob.run (node:internal/modules/esm/module_job:343:25)",
    "    at module (file:///srv/app.ts:7:9)",
    "    at later (file:///srv/other.ts:1:1)",
  );
  expect(declaredAt(error)).toBe("/srv/app.ts:7");
});

test("is undefined where the stack does not tell", () => {
  expect(declaredAt(withStack())).toBeUndefined();
  expect(declaredAt(withStack("    at <anonymous>", `    at record (${own.href}:3:4)`))).toBeUndefined();
  expect(declaredAt(Object.assign(new Error("x"), { stack: undefined }))).toBeUndefined();
});
