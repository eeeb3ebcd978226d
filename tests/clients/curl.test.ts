import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TEST_CERTIFICATE } from "../../packages/waymark/src/server/certificate.fixture.ts";
import { find, run } from "./program.ts";
import {
  BIG,
  BIG_DIGEST,
  BODY_LIMIT,
  digestOf,
  DRIVERS,
  startTarget,
  type Target,
  THOUSAND,
} from "./target.ts";

const curl = find("curl");

describe.skipIf(curl === undefined).each(DRIVERS)("curl and %s", { timeout: 60_000 }, (server) => {
  const folder = mkdtempSync(join(tmpdir(), "waymark-curl-"));
  const big = join(folder, "big");
  let target: Target;
  beforeAll(async () => {
    writeFileSync(big, BIG);
    target = await startTarget({ server });
  });
  afterAll(async () => {
    await target?.close();
    rmSync(folder, { recursive: true });
  });
  /** What it wrote to standard output, and with -v to standard error. */
  const ask = async (...args: string[]): Promise<{ text: string; bytes: Buffer; errors: string }> => {
    const { code, output, errors } = await run(curl!, ["-sS", "-q", "--noproxy", "*", ...args]);
    expect(code, errors).toBe(0);
    return { text: output.toString(), bytes: output, errors };
  };
  const at = (where: string): string => `${target.url}${where}`;

  it("asks several times over one connection", async () => {
    target.connections();
    const { text } = await ask("-w", "|%{http_version} %{http_code}\n", at("/items/[1-20]?q=a%20b"));
    const lines = Array.from({ length: 20 }, (_, i) => `{"id":${i + 1},"q":"a b"}|1.1 200\n`);
    expect(text).toBe(lines.join(""));
    expect(target.connections()).toBe(1);
  });

  it("asks in parallel", async () => {
    const urls = Array.from({ length: 40 }, (_, i) => at(`/items/${i}`));
    const { text } = await ask("-Z", "--parallel-max", "10", ...urls);
    const ids = [...text.matchAll(/\{"id":(\d+),"q":null\}/g)].map(([, id]) => Number(id));
    expect(ids.toSorted((a, b) => a - b)).toEqual(urls.map((_, i) => i));
  });

  it("speaks HTTP/1.0: no chunks, and the connection closes or is kept as it says", async () => {
    const once = await ask("-0", "-i", at("/items/1"));
    expect(once.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n\{"id":1,"q":null\}$/);
    const pieces = await ask("-0", "-v", at("/pieces"));
    expect(pieces.text).toBe(THOUSAND);
    expect(pieces.errors).not.toMatch(/transfer-encoding/i);
    target.connections();
    const kept = await ask("-0", "-H", "Connection: keep-alive", at("/items/[1-3]"));
    expect(kept.text).toBe('{"id":1,"q":null}{"id":2,"q":null}{"id":3,"q":null}');
    expect(target.connections()).toBeLessThanOrEqual(3);
  });

  it("gets an answer to HTTP/0.9 that is none of HTTP/0.9", async () => {
    const { output } = await run(
      curl!,
      ["-sS", "-q", `telnet://127.0.0.1:${target.port}`],
      "GET /items/1\r\n\r\n",
    );
    expect(output.toString()).toMatch(/^HTTP\/1\.1 (400|505) /);
    expect(output.toString()).not.toContain('"id"');
  });

  it("asks for the head alone", async () => {
    const { text } = await ask("-I", at("/big"));
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text.toLowerCase()).toContain(`content-length: ${BIG.length}\r\n`);
    target.connections();
    await ask("-I", at("/big"), at("/items/1"), at("/items/2"));
    expect(target.connections()).toBe(1);
  });

  it("downloads what is big, and what comes in pieces", async () => {
    expect(digestOf((await ask(at("/big"))).bytes)).toBe(BIG_DIGEST);
    expect((await ask("--raw", "-i", at("/pieces"))).text).toContain("\r\n0\r\n\r\n");
    expect((await ask(at("/pieces"))).text).toBe(THOUSAND);
  });

  it.each([
    ["with a length", ["-H", "Expect:"]],
    ["with a length, once it is invited to", ["-H", "Expect: 100-continue"]],
    ["in chunks", ["-H", "Expect:", "-H", "Transfer-Encoding: chunked"]],
    ["in chunks, once it is invited to", ["-H", "Expect: 100-continue", "-H", "Transfer-Encoding: chunked"]],
  ])("uploads %s, and downloads it again", async (_name, how) => {
    target.connections();
    const post = ["-H", "Content-Type: application/octet-stream", "--data-binary", `@${big}`];
    // Longer than curl waits before it sends the body uninvited.
    const said = await ask("-v", "--expect100-timeout", "20", ...how, ...post, at("/digest"), at("/digest"));
    const answer = JSON.stringify({ size: BIG.length, digest: BIG_DIGEST });
    expect(said.text).toBe(answer + answer);
    expect(said.errors.includes("HTTP/1.1 100 Continue")).toBe(how.includes("Expect: 100-continue"));
    expect(target.connections()).toBe(1);
    expect(digestOf((await ask(...how, ...post, at("/echo"))).bytes)).toBe(BIG_DIGEST);
  });

  it("is not invited to send too much", async () => {
    const file = join(folder, "too-big");
    writeFileSync(file, Buffer.alloc(BODY_LIMIT + 1));
    const { text } = await ask(
      ...["-H", "Expect: 100-continue", "--expect100-timeout", "20", "--data-binary", `@${file}`],
      ...["-o", join(folder, "answer"), "-w", "%{http_code} %{size_upload}", at("/digest")],
    );
    expect(text).toBe("413 0");
  });

  it("stays with HTTP/1.1 when it offers HTTP/2", async () => {
    const { text } = await ask("--http2", "-w", " %{http_version} %{http_code}", at("/items/7"));
    expect(text).toBe('{"id":7,"q":null} 1.1 200');
  });

  it("asks through TLS", async () => {
    const secure = await startTarget({ server, tls: TEST_CERTIFICATE });
    try {
      const urls = [`${secure.url}/items/1`, `${secure.url}/items/2`];
      const { text } = await ask("-k", "-w", " %{http_version} ", ...urls);
      expect(text).toBe('{"id":1,"q":null} 1.1 {"id":2,"q":null} 1.1 ');
      expect(digestOf((await ask("-k", `${secure.url}/big`)).bytes)).toBe(BIG_DIGEST);
      const sent = await ask("-k", "--data-binary", `@${big}`, `${secure.url}/digest`);
      expect(sent.text).toContain(BIG_DIGEST);
    } finally {
      await secure.close();
    }
  });
});
