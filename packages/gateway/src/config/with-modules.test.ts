import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { texts } from "../compile/compile.fixture.ts";
import type { StepContext } from "../call.ts";
import { loadPolicies } from "../policies/load-policies.ts";
import { loadGateway, type LoadedGateway } from "./load-gateway.ts";

const directory = mkdtempSync(join(tmpdir(), "waymark-modules-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("policies in TypeScript", () => {
  it("are looked into before the gateway runs", async () => {
    symlinkSync(join(import.meta.dirname, "../../../../node_modules"), join(directory, "node_modules"));
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    const policy = `{ kind: "fraud", phase: "request", step: () => undefined, schema: { type: "object", properties: { limit: { type: "integer" } }, additionalProperties: false } }`;
    writeFileSync(
      join(directory, "fraud.mjs"),
      `export default { "~policy": ${policy} };\nexport const other = 1;\n`,
    );
    writeFileSync(
      join(directory, "a.yaml"),
      'openapi: 3.1.0\ninfo: { title: A, version: "1" }\nservers: [{ url: "http://a.example" }]\npaths: { /a: { get: { responses: {} } } }\n',
    );
    writeFileSync(
      join(directory, "gateway.yaml"),
      `services: { a: { spec: a.yaml } }
policies:
  - use: ./fraud.mjs
  - use: { module: ./fraud.mjs, with: { limit: 9 } }
  - use: { module: ./fraud.mjs, with: { limits: many } }
  - use: ./fraud.mjs#other
  - use: ./missing.mjs
`,
    );
    const loaded = await loadGateway([], { directory, environment: {} });
    expect(loaded?.snapshot).toBeUndefined();
    expect(texts(loaded?.mistakes ?? [])).toEqual([
      "gateway.yaml:5: 'limits' is not a key that stands here. Did you mean 'limit'? [GW201]",
      "gateway.yaml:6: ./fraud.mjs has no policy as its export 'other': export what definePolicy gives. Correct the module, or its path: it is relative to the configuration. [GW211]",
      expect.stringMatching(/^gateway\.yaml:7: \.\/missing\.mjs cannot be loaded: /) as string,
    ]);
  });

  it("say in the snapshot where they run, and are another snapshot when they change", async () => {
    const module = join(directory, "early.mjs");
    const written = (phase: string, answer: string): void =>
      writeFileSync(
        module,
        `export default { "~policy": { kind: "early", phase: "${phase}", schema: undefined, step: () => ({ phase: "${phase}", kind: "${answer}", needs: [] }) } };\n`,
      );
    writeFileSync(
      join(directory, "gateway.yaml"),
      `services: { a: { spec: a.yaml } }
policies:
  - requestHeaders: { remove: [x-a] }
  - limit: { rate: 5/s, by: ip }
  - use: ./early.mjs
`,
    );
    const load = async (): Promise<LoadedGateway> => (await loadGateway([], { directory, environment: {} }))!;
    const orderOf = ({ snapshot }: LoadedGateway): string[] =>
      snapshot!.operations[0]!.policies.map(({ phase, kind }) => `${phase} ${kind}`);
    const answerOf = async ({ snapshot }: LoadedGateway): Promise<string> => {
      const { policies } = snapshot!.operations[0]!;
      const modules = await loadPolicies(policies, directory);
      return modules.get("./early.mjs")!.step({}, {} as StepContext)!.kind;
    };

    written("deny", "one");
    const first = await load();
    expect(orderOf(first)).toEqual(["deny use", "limit limit", "request requestHeaders"]);
    expect([first.modules, first.files.includes(module)]).toEqual([[module], true]);
    expect(await answerOf(first)).toBe("one");
    expect((await load()).snapshot!.hash).toBe(first.snapshot!.hash);

    written("response", "two");
    const second = await load();
    expect(orderOf(second)).toEqual(["limit limit", "request requestHeaders", "response use"]);
    expect(second.snapshot!.hash).not.toBe(first.snapshot!.hash);
    expect(await answerOf(second)).toBe("two");

    // The text alone: the same phase, and the same length.
    written("response", "six");
    const third = await load();
    expect(third.snapshot!.hash).not.toBe(second.snapshot!.hash);
    expect(await answerOf(third)).toBe("six");

    written("deny", "one");
    const again = await load();
    expect([again.snapshot!.hash, await answerOf(again)]).toEqual([first.snapshot!.hash, "one"]);
  });
});
