import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Mistake, StartUpError } from "../start-up-error.ts";
import { resolveRoutes } from "./resolve.ts";
import { Router, type AnyRouter } from "./router.ts";
import * as sentences from "./sentences.ts";

const folder = new URL("../../type-tests/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));

/** What the comments promise: "statements.ts(14)" to the sentences of that line. */
const promised = new Map(files.flatMap((file) => promisesOf(file)));

function promisesOf(file: string): [place: string, sentences: string[]][] {
  const lines = readFileSync(new URL(file, folder), "utf8").split("\n");
  return lines.flatMap((line, index): [string, string[]][] => {
    const says = /^\s*\/\/ says: (.+)$/.exec(line);
    // the comment is line index + 1, what it speaks of the one after it
    return says === null ? [] : [[`${file}(${index + 2})`, says[1]!.split(" · ")]];
  });
}

/** What the compiler says: the same, each error in full. */
const said = ((): ReadonlyMap<string, string> => {
  const { stdout } = spawnSync(
    process.execPath,
    ["../../../node_modules/typescript/bin/tsc", "-p", ".", "--pretty", "false", "--noErrorTruncation"],
    { cwd: folder, encoding: "utf8" },
  );
  const errors = new Map<string, string>();
  // an error begins at a line that is not indented
  for (const error of stdout.split(/\n(?! )/)) {
    const [, file, line, text] = /^(\S+?)\((\d+),\d+\): error TS\d+: ([^]+)$/.exec(error) ?? [];
    if (file === undefined) continue;
    const place = `${file}(${line})`;
    errors.set(place, `${errors.get(place) ?? ""}${text}\n`);
  }
  return errors;
})();

describe("the compiler", () => {
  it.each([...promised])("says at %s: %s", (place, expected) => {
    for (const sentence of expected) expect(said.get(place)).toContain(sentence);
  });

  it("says nothing of any other line", () => {
    expect([...said].filter(([place]) => !promised.has(place))).toEqual([]);
  });

  it("says our sentences, and nothing longer, where a route is wrong", () => {
    const long = [...said].filter(([, text]) => /is not assignable to (?:parameter of )?type '"/.test(text));
    expect(long.length).toBeGreaterThan(70);
    for (const [place, text] of long) expect(text.trim().split("\n"), place).toHaveLength(1);
  });
});

describe("start-up", () => {
  const compilerOnly =
    /gives (?:string|number|boolean|another)|does not take|: add map$|^Type|^Property|to parameter of type/;
  const promisedIn = (file: string): string[] =>
    [...promised]
      .flatMap(([place, of]) => (place.startsWith(file) ? of : []))
      .filter((each) => !compilerOnly.test(each));

  /** The very same misuses, run. */
  const mistakes = async (): Promise<readonly Mistake[]> => {
    // the specifiers are not literal: what they hold does not compile, on purpose
    const { app, tenants } = (await import(new URL("parts.ts", folder).href)) as Record<string, AnyRouter>;
    for (const file of ["statements.ts", "tables.ts", "routers.ts", "sockets.ts"])
      await import(new URL(file, folder).href);
    const root = new Router();
    root.include(app!);
    root.include(tenants!);
    try {
      resolveRoutes(root);
      return [];
    } catch (error) {
      return (error as StartUpError).mistakes;
    }
  };

  it("says the same of the same mistakes", async () => {
    const messages = new Set((await mistakes()).map(({ message }) => message));
    const expected = ["statements.ts", "tables.ts", "sockets.ts"].flatMap(promisedIn);
    expect(expected.length).toBeGreaterThan(60);
    expect(expected.filter((sentence) => !messages.has(sentence))).toEqual([]);
  });

  it("has nothing to say of any other route, but what it alone can see", async () => {
    const everything = new Set([...promised.values()].flat());
    // the compiler says the last one in its own words
    const startUpOnly = /is the same route as|the operationId|is bound to|the function takes arguments/;
    const all = await mistakes();
    // the compiler stops at the first mistake of a route
    const known = new Set(
      all.filter(({ message }) => everything.has(message)).map(({ at, route }) => `${at} ${route}`),
    );
    const more = all.filter(
      ({ at, route, message }) => !known.has(`${at} ${route}`) && !startUpOnly.test(message),
    );
    expect(more).toEqual([]);
  });

  it.each([
    sentences.mustNotEndWithSlash("/items/"),
    sentences.livesForOneRequest("owner"),
    sentences.cannotBeGiven("version"),
  ])("has the sentence: %s", (sentence) => {
    expect([...promised.values()].flat()).toContain(sentence);
  });
});
