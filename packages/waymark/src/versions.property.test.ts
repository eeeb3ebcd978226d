import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { App } from "./app.ts";
import { endpoint } from "./endpoint.ts";
import { path as pathInput } from "./inputs/path.ts";
import type { Versions } from "./routing/versions.ts";

// What a request is answered, by a model that knows no tree: the routes of its version, the most special one first.
const VERSIONS = ["1", "2", "3"];
const METHODS = ["GET", "POST"];
const PATHS = ["/", "/a", "/a/b", "/{x}", "/a/{x}", "/{x}/b", "/{x}/{y}", "/a/{rest:path}", "/{rest:path}"];
const ASKED = ["/", "/a", "/c", "/a/b", "/a/c", "/c/b", "/c/d", "/a/b/c", "/c/d/e"];

interface Declared {
  readonly method: string;
  readonly path: string;
  /** None: of all. */
  readonly versions: readonly string[];
}

const declared: fc.Arbitrary<Declared> = fc.record({
  method: fc.constantFrom(...METHODS),
  path: fc.constantFrom(...PATHS),
  versions: fc.subarray(VERSIONS),
});

/** Those that start-up would not refuse beside the ones before them. */
function apart(routes: readonly Declared[]): Declared[] {
  const kept: Declared[] = [];
  for (const each of routes)
    if (
      !kept.some(
        ({ method, path, versions }) =>
          method === each.method &&
          path === each.path &&
          (versions.length === 0 || each.versions.length === 0 || versions.some((one) => each.versions.includes(one))), // prettier-ignore
      )
    )
      kept.push(each);
  return kept;
}

/** How special a template is for a path, smaller being more; undefined where it does not match. */
function rank(template: string, path: string): string | undefined {
  const parts = template.slice(1).split("/");
  const texts = path.slice(1).split("/");
  let ranks = "";
  for (const [index, part] of parts.entries()) {
    const text = texts[index];
    if (part === "{rest:path}") return text === undefined ? undefined : `${ranks}2`;
    if (text === undefined || (part.startsWith("{") ? text === "" : part !== text)) return undefined;
    ranks += part.startsWith("{") ? "1" : "0";
  }
  return parts.length === texts.length ? ranks : undefined;
}

function best(routes: readonly Declared[], method: string, path: string): Declared | undefined {
  return routes
    .filter((route) => route.method === method && rank(route.path, path) !== undefined)
    .toSorted((a, b) => (rank(a.path, path)! < rank(b.path, path)! ? -1 : 1))[0];
}

/** The route that answers, or the status. */
function expected(
  routes: readonly Declared[],
  method: string,
  path: string,
  said: string | undefined,
): Declared | number {
  const fits = best(routes, method, path);
  if (fits !== undefined && fits.versions.length === 0) return fits;
  const isKnown = said !== undefined && VERSIONS.includes(said);
  if (fits !== undefined && !isKnown) return said === undefined ? 400 : -1;
  const own = isKnown
    ? routes.filter(({ versions }) => versions.length === 0 || versions.includes(said))
    : routes;
  const answer = best(own, method, path);
  return answer ?? (METHODS.some((other) => best(own, other, path) !== undefined) ? 405 : 404);
}

const ways: readonly [Versions, unknown: number, fields: (version: string) => Record<string, string>][] = [
  [{ by: "header", list: VERSIONS }, 400, (version) => ({ "api-version": version })],
  [{ by: "media-type", type: "application/vnd.x", list: VERSIONS }, 406, (version) => ({ accept: `application/vnd.x.v${version}+json` })], // prettier-ignore
];

it.each(ways)(
  "the version chooses among all routes as it would among its own: %o",
  async (versions, unknown, fields) => {
    await fc.assert(
      fc.asyncProperty(fc.array(declared, { minLength: 1, maxLength: 12 }).map(apart), async (routes) => {
        const app = new App({ versions, openapi: false });
        for (const [index, { method, path, versions: own }] of routes.entries()) {
          const names = Array.from(path.matchAll(/\{(\w+)/g), ([, name]) => [name!, pathInput(z.string())]);
          const answer = endpoint({ name: `r${index}`, input: Object.fromEntries(names) as {} }, () => index);
          app.add({ method, path, endpoint: answer, ...(own.length === 0 ? {} : { version: own }) });
        }
        for (const method of METHODS)
          for (const path of ASKED)
            for (const said of [undefined, "1", "2", "3", "9"]) {
              const headers = said === undefined ? {} : fields(said);
              const response = await app.request(`${method} ${path}`, { headers });
              const wanted = expected(routes, method, path, said);
              const label = `${method} ${path} in ${said}`;
              if (typeof wanted === "number")
                expect(response.status, label).toBe(wanted === -1 ? unknown : wanted);
              else expect(await response.json(), label).toBe(routes.indexOf(wanted));
            }
      }),
      { numRuns: 60 },
    );
  },
);
