import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Discovery } from "../../snapshot.ts";
import type { FoundTarget } from "../target-set.ts";
import { nameServer, type NameServer } from "./dns-server.fixture.ts";
import { dnsSource } from "./dns.ts";

let server: NameServer;
const closes: (() => void)[] = [];
beforeEach(async () => {
  server = await nameServer();
  closes.push(() => server.close());
});
afterEach(() => {
  for (const close of closes.splice(0).reverse()) close();
});

type Settings = Partial<Extract<Discovery, { kind: "dns" }>>;

async function started(settings: Settings = {}): Promise<{ found: FoundTarget[][]; problems: string[] }> {
  const found: FoundTarget[][] = [];
  const problems: string[] = [];
  const source = dnsSource({
    kind: "dns",
    record: "A",
    name: "users.test",
    port: 8080,
    secure: false,
    resolvers: [server.address],
    ...settings,
  });
  closes.push(() => source.close());
  await source.start(
    (targets) => found.push([...targets]),
    (problem) => problems.push(problem),
  );
  return { found, problems };
}
const a = (data: string, ttl = 1, name = "users.test") => ({ type: "A" as const, name, data, ttl });
const origins = (targets: FoundTarget[] | undefined): string[] =>
  targets?.map(({ origin }) => origin).sort() ?? [];

describe("addresses of a name", () => {
  test("are targets that keep the name for Host and certificate", async () => {
    server.records = [a("10.0.0.1")];
    const { found } = await started();
    expect(found).toEqual([[{ origin: "http://10.0.0.1:8080", weight: 1, serverName: "users.test" }]]);
  });

  test("are asked for again when their TTL is over", async () => {
    server.records = [a("10.0.0.1"), a("10.0.0.2")];
    const { found } = await started();
    expect(origins(found[0])).toEqual(["http://10.0.0.1:8080", "http://10.0.0.2:8080"]);
    server.records = [a("10.0.0.2"), a("10.0.0.3")];
    await vi.waitFor(
      () => expect(origins(found.at(-1))).toEqual(["http://10.0.0.2:8080", "http://10.0.0.3:8080"]),
      { timeout: 5000 },
    );
    expect(server.questions.length).toBeLessThan(5);
  });

  test("stay as they were where the name server fails, or knows nothing any more", async () => {
    server.records = [a("10.0.0.1")];
    const { found, problems } = await started();
    server.records = "fail";
    await vi.waitFor(() => expect(problems).toHaveLength(1), { timeout: 10_000 });
    expect(problems[0]).toMatch(
      /^'users\.test' cannot be resolved \(ESERVFAIL\): its last addresses stay in use\.$/,
    );
    expect(found).toHaveLength(1);
    server.records = [a("10.0.0.9")];
    await vi.waitFor(() => expect(origins(found.at(-1))).toEqual(["http://10.0.0.9:8080"]), {
      timeout: 10_000,
    });
  });

  test("may be IPv6, and have no port of their own", async () => {
    server.records = [{ type: "AAAA", name: "users.test", data: "2001:db8::1", ttl: 60 }];
    const { found } = await started({ record: "AAAA", port: null, secure: true });
    expect(origins(found[0])).toEqual(["https://[2001:db8::1]"]);
  });

  test("that were never found are told of, and asked for again", async () => {
    const { found, problems } = await started();
    expect(problems).toEqual([
      "'users.test' cannot be resolved (ENOTFOUND): it is asked for again, and has no address until then.",
    ]);
    expect(found).toEqual([]);
    server.records = [a("10.0.0.1")];
    await vi.waitFor(() => expect(origins(found[0])).toEqual(["http://10.0.0.1:8080"]), { timeout: 10_000 });
  });
});

describe("services (RFC 2782)", () => {
  const srv = (target: string, priority: number, weight: number, port = 9000) => ({
    type: "SRV" as const,
    name: "_http._tcp.users.test",
    ttl: 1,
    data: { target, port, priority, weight },
  });
  const SRV = { record: "SRV", name: "_http._tcp.users.test" } as const;

  test("give port and weight, of the best priority alone", async () => {
    server.records = [
      srv("one.test", 1, 3),
      srv("two.test", 1, 1, 9001),
      srv("spare.test", 2, 1),
      a("10.0.0.1", 60, "one.test"),
      a("10.0.0.2", 60, "two.test"),
      a("10.0.0.3", 60, "spare.test"),
    ];
    const { found } = await started(SRV);
    expect(found[0]).toEqual([
      { origin: "http://10.0.0.1:9000", weight: 3, serverName: "one.test" },
      { origin: "http://10.0.0.2:9001", weight: 1, serverName: "two.test" },
    ]);
  });

  test("without weights share evenly; several addresses of one share its weight", async () => {
    server.records = [
      srv("one.test", 0, 0),
      srv("two.test", 0, 0),
      a("10.0.0.1", 60, "one.test"),
      a("10.0.0.2", 60, "two.test"),
      a("10.0.0.3", 60, "two.test"),
    ];
    const { found } = await started(SRV);
    expect(found[0]!.map(({ weight }) => weight)).toEqual([1, 0.5, 0.5]);
  });

  test("'.' says that there is none", async () => {
    server.records = [srv(".", 0, 0)];
    const { found, problems } = await started(SRV);
    expect(found).toEqual([]);
    expect(problems[0]).toContain("cannot be resolved (ENODATA)");
  });
});
