// The gateway as its user starts it, on Bun: what its tests ask of it on Node.
import process from "node:process";
import { afterAll, beforeAll, describe } from "vitest";
import { RUNTIME } from "../gateway/gateway-process.ts";
import { runtimes } from "./runtimes.ts";

const bun = (await runtimes()).find(({ name }) => name.startsWith("Bun"))!;

describe.skipIf(bun.command === undefined)("on Bun", async () => {
  beforeAll(() => void (process.env[RUNTIME] = bun.command![0]));
  afterAll(() => void delete process.env[RUNTIME]);
  await import("../gateway/clients.test.ts");
  await import("../gateway/reload.test.ts");
  await import("../gateway/websocket.test.ts");
});
