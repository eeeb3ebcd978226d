import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { find, run } from "./program.ts";
import { DRIVERS, startTarget, type Target } from "./target.ts";

const wrk = find("wrk");
const CONNECTIONS = 8;

/** Looks at every answer; what is wrong, and how many came, is written at the end. */
const CHECKED = `
local thread
function setup(t) thread = t end
right, wrong = 0, 0
function response(status, headers, body)
  if status == 200 and body == '{"id":1,"q":null}' then right = right + 1 else wrong = wrong + 1 end
end
function done() print("right " .. thread:get("right") .. ", wrong " .. thread:get("wrong")) end
`;
const PIPELINED = `${CHECKED}
function init()
  local one = wrk.format("GET", "/items/1")
  requests = string.rep(one, 16)
end
function request() return requests end
`;

describe.skipIf(wrk === undefined).each(DRIVERS)("wrk and %s", { timeout: 60_000 }, (server) => {
  const folder = mkdtempSync(join(tmpdir(), "waymark-wrk-"));
  let target: Target;
  beforeAll(async () => {
    target = await startTarget({ server });
  });
  afterAll(async () => {
    await target?.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ["one after the other", CHECKED],
    ["sixteen at a time", PIPELINED],
  ])("asks %s and gets every answer over the connections it began with", async (name, script) => {
    const file = join(folder, `${name}.lua`);
    writeFileSync(file, script);
    target.connections();
    const load = ["-t1", `-c${CONNECTIONS}`, "-d1s", "-s", file];
    const { code, output, errors } = await run(wrk!, [...load, `${target.url}/items/1`]);
    const said = output.toString();
    expect(code, said + errors).toBe(0);
    expect(said).toMatch(/^right [1-9]\d*, wrong 0$/m);
    expect(said).not.toMatch(/Socket errors|Non-2xx/);
    // It tries the address with one more.
    expect(target.connections()).toBeLessThanOrEqual(CONNECTIONS + 1);
  });
});
