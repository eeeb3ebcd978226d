// npm run docs:reference: writes docs/reference from the declarations and docstrings that the last build left in dist.
// With --check it writes nothing, and names the pages that are not what it would write, and the exports without a docstring.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.mjs";
import { entryPoints } from "./reference/entry-points.mjs";
import { formatted } from "./reference/format-code.mjs";
import { indexPage, page } from "./reference/pages.mjs";
import { readExports } from "./reference/read-exports.mjs";

const folder = join(root, "docs/reference");
const entries = entryPoints(join(root, "packages/waymark"));
const exportsOf = formatted(readExports(entries.map(({ types }) => types)));
const pages = new Map([["README.md", indexPage(entries)]]);
const undocumented = [];
for (const entry of entries) {
  const exported = exportsOf.get(entry.types);
  pages.set(entry.page, page(entry, exported));
  undocumented.push(
    ...exported.filter(({ doc }) => doc === "").map(({ name }) => `${name} of ${entry.name}`),
  );
}

const written = existsSync(folder) ? readdirSync(folder) : [];
if (process.argv.includes("--check")) {
  const stale = [...pages].filter(([name, text]) => textOf(name) !== text).map(([name]) => name);
  const gone = written.filter((name) => !pages.has(name));
  for (const name of [...stale, ...gone])
    console.log(`docs/reference/${name} is not what the docstrings say: run npm run docs:reference`);
  for (const name of undocumented) console.log(`${name} has no docstring`);
  process.exitCode = stale.length + gone.length + undocumented.length === 0 ? 0 : 1;
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of written) if (!pages.has(name)) rmSync(join(folder, name));
  for (const [name, text] of pages) writeFileSync(join(folder, name), text);
  console.log(`docs/reference: ${pages.size} pages`);
}

function textOf(name) {
  return written.includes(name) ? readFileSync(join(folder, name), "utf8") : undefined;
}
