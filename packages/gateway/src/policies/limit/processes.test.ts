import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { hasRedis, RedisServer } from "../../../../waymark/src/middleware/redis/redis-server.fixture.ts";

const run = promisify(execFile);

interface Counted {
  readonly passed: number;
  readonly refused: number;
}

describe.skipIf(!hasRedis)("gateways in processes of their own", () => {
  it("let through together exactly what one may", async () => {
    const server = await RedisServer.start();
    const child = async (): Promise<Counted> => {
      const { stdout } = await run(
        process.execPath,
        [
          "--import",
          "tsx",
          join(import.meta.dirname, "counting-process.fixture.ts"),
          String(server.port),
          "processes:",
          "1000",
        ],
        { env: { ...process.env, TSX_TSCONFIG_PATH: join(import.meta.dirname, "../../../tsconfig.json") } },
      );
      return JSON.parse(stdout) as Counted;
    };
    try {
      const counted = await Promise.all([child(), child()]);
      const sum = (of: keyof Counted): number => counted.reduce((total, each) => total + each[of], 0);
      expect([sum("passed"), sum("refused")]).toEqual([321, 1679]);
    } finally {
      await server.stop();
    }
  });
});
