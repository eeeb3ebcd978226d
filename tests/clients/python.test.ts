import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { find, run } from "./program.ts";
import { BIG, BIG_DIGEST, DRIVERS, startTarget, type Target, THOUSAND } from "./target.ts";

const python = find("python3");
const script = fileURLToPath(new URL("client.py", import.meta.url));

describe.skipIf(python === undefined).each(DRIVERS)(
  "Python's http.client and %s",
  { timeout: 60_000 },
  (server) => {
    let target: Target;
    beforeAll(async () => {
      target = await startTarget({ server });
    });
    afterAll(() => target?.close());

    it("gets every answer over one connection", async () => {
      const { code, output, errors } = await run(python!, [script, String(target.port)], BIG);
      expect(code, errors).toBe(0);
      const received = JSON.stringify({ size: BIG.length, digest: BIG_DIGEST });
      const item = (id: number): [number, string] => [200, JSON.stringify({ id, q: null })];
      expect(JSON.parse(output.toString())).toEqual({
        items: Array.from({ length: 20 }, (_, id) => item(id)),
        head: [200, ""],
        download: [200, BIG.length, BIG_DIGEST],
        pieces: [200, THOUSAND],
        upload: [200, received],
        chunked: [200, received],
        echo: [200, BIG.length, BIG_DIGEST],
        nowhere: 404,
        after: item(99),
      });
      expect(target.connections()).toBe(1);
    });
  },
);
