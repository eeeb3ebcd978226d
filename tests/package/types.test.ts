// The declarations that npm would publish, as compilers of three generations read them: every entry point, and every
// declaration behind it, since `skipLibCheck` is off.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { compilers, typeErrors } from "./compilers.ts";
import { pack } from "./pack.ts";

/** Below this folder, so that schema libraries and optional peers are found where this repository has them. */
const cache = join(import.meta.dirname, ".cache/types");
const installed = join(cache, "node_modules/waymark");

describe("the declarations", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", await pack(cache), "-C", installed, "--strip-components=1"]);
    project("everything", importsOf(installed));
    project("typebox", USE_OF_TYPEBOX);
  }, 60_000);

  it.each(compilers)("hold for TypeScript $version, $resolution", async (compiler) => {
    expect(await typeErrors(compiler, join(cache, "everything"))).toBe("");
  });

  // TypeBox's own declarations alone take TypeScript 5 and 6 twenty seconds to check.
  it.each(compilers.filter(({ resolution }) => resolution === "nodenext"))(
    "hold for TypeScript $version and TypeBox",
    async (compiler) => {
      expect(await typeErrors(compiler, join(cache, "typebox"), true)).toBe("");
    },
  );
});

/** A folder beside the package with one module. */
function project(name: string, text: string): void {
  const folder = join(cache, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "index.ts"), text);
  const compilerOptions = { target: "es2022", strict: true, types: ["node"], noEmit: true };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
}

function importsOf(folder: string): string {
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { exports: object };
  const entries = Object.keys(exports).filter((path) => path !== "./package.json" && path !== "./typebox");
  expect(entries.length).toBeGreaterThan(10);
  return entries.map((path, index) => `export * as entry${index} from "waymark${path.slice(1)}";\n`).join("");
}

const USE_OF_TYPEBOX = `
import { Type } from "typebox";
import { endpoint, body } from "waymark";
import { typebox } from "waymark/typebox";

const Product = typebox(Type.Object({ name: Type.String() }));
export const echo = endpoint({ input: { product: body(Product) }, output: Product }, ({ product }) => product);
export const name: Promise<string> = Promise.resolve(echo({ product: { name: "Compass" } })).then(({ name }) => name);
`;
