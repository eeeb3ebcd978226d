// What `npm publish` would send: everything that runs, and nothing that only tests.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

interface Manifest {
  readonly bin?: Record<string, string>;
  readonly exports: Record<string, string | Record<string, string>>;
  readonly imports?: Record<string, string | Record<string, string>>;
  readonly dependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}

describe.each([
  { name: "waymark", more: ["vendor/redoc/LICENSE"] },
  { name: "gateway", more: ["schema/gateway.schema.json", "schema/x-waymark.schema.json"] },
])("the package $name", ({ name, more }) => {
  const folder = join(import.meta.dirname, "../../packages", name);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const files = packed(folder);

  it("holds everything that its manifest promises", () => {
    const entries = [...Object.values(manifest.exports), ...Object.values(manifest.imports ?? {})];
    const targets = entries.flatMap((entry) => (typeof entry === "string" ? [entry] : Object.values(entry)));
    const promised = [...targets, ...Object.values(manifest.bin ?? {})].filter((to) => !to.endsWith("*"));
    expect(files).toEqual(expect.arrayContaining(promised.map((target) => target.replace("./", ""))));
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", ...more]));
  });

  it("holds no tests, and nothing built of a source that is gone", () => {
    expect(files.filter((file) => /\.(test|test-d|fixture)\.|type-tests|tsbuildinfo/.test(file))).toEqual([]);
    const built = files.filter((file) => /^dist\/.*\.js$/.test(file));
    expect(built.length).toBeGreaterThan(100);
    expect(files).toEqual(
      expect.arrayContaining(built.map((file) => file.replace(/^dist\/(.*)\.js$/, "src/$1.ts"))),
    );
  });

  it("imports nothing but itself, Node, and its dependencies", () => {
    const allowed = new Set([
      ...Object.keys(manifest.imports ?? {}),
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.peerDependencies),
    ]);
    const strangers = files
      .filter((file) => /^(dist|bin)\/.*\.(js|d\.ts)$/.test(file))
      .flatMap((file) => importsOf(join(folder, file)).map((specifier) => ({ file, specifier })))
      .filter(({ file, specifier }) =>
        specifier.startsWith(".")
          ? !files.includes(join(dirname(file), specifier).replace(/\.ts$/, ".d.ts")) &&
            !files.includes(join(dirname(file), specifier))
          : !isBuiltin(specifier) && !allowed.has(packageOf(specifier)),
      );
    expect(strangers).toEqual([]);
  });
});

function packed(folder: string): string[] {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  const [report] = JSON.parse(output) as { files: { path: string }[] }[];
  return report!.files.map(({ path }) => path);
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const written = text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)";|\bimport\("([^"]+)"\)/gm);
  return Array.from(written, ([, from, dynamic]) => from ?? dynamic!);
}

/** "@scope/name/deep" is of "@scope/name". */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
