import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Upstream } from "../snapshot.ts";
import type { FoundTarget, LiveTarget, TargetSet } from "./target-set.ts";
import { makeTargetSet } from "./targets.ts";
import { upstreamOf } from "../plane/snapshot.fixture.ts";

const A = "http://10.0.0.1:80";
const B = "http://10.0.0.2:80";
const C = "http://10.0.0.3:80";
const D = "http://10.0.0.4:80";
const HINTS = { hashKey: undefined, tried: [], isCanary: false };

const sets: TargetSet[] = [];
const servers: Server[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const set of sets.splice(0)) set.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Made {
  readonly set: TargetSet;
  readonly problems: string[];
  readonly find: (targets: readonly FoundTarget[]) => void;
  pass(milliseconds: number): void;
}

/** With `find`, the discovery says what the test says. */
async function made(upstream: Upstream, found?: readonly FoundTarget[]): Promise<Made> {
  let time = 1000;
  const problems: string[] = [];
  let find: Made["find"] = () => {};
  const set = makeTargetSet(upstream, {
    report: (problem) => problems.push(problem),
    now: () => time,
    ...(found !== undefined && {
      source: {
        async start(update) {
          find = update;
          update(found);
        },
        close() {},
      },
    }),
  });
  sets.push(set);
  await set.start();
  return {
    set,
    problems,
    find: (targets) => find(targets),
    pass(milliseconds) {
      time += milliseconds;
      vi.advanceTimersByTime(milliseconds);
    },
  };
}

function take(set: TargetSet, hints: Partial<Parameters<TargetSet["take"]>[0]> = {}): LiveTarget {
  const target = set.take({ ...HINTS, ...hints });
  if (typeof target === "string") throw new Error(target);
  return target;
}
/** Takes and releases, and says where it went. */
function ask(set: TargetSet, status = 200, hints: Partial<Parameters<TargetSet["take"]>[0]> = {}): string {
  const target = take(set, hints);
  set.release(target, status === 0 ? "failed" : "ok", status, set.era);
  return target.origin;
}
const asked = (set: TargetSet, count: number): string[] => Array.from({ length: count }, () => ask(set));

describe("a set of targets", () => {
  test("counts what is in flight", async () => {
    const { set } = await made(upstreamOf([A]));
    const target = take(set);
    take(set);
    expect(target.active).toBe(2);
    set.release(target, "ok", 200, set.era);
    expect(set.targets[0]!.active).toBe(1);
  });

  test("refuses above its concurrency, and takes again when one is done", async () => {
    const { set } = await made(upstreamOf([A, B], { concurrency: 2 }));
    const first = take(set);
    take(set);
    expect(set.take(HINTS)).toBe("overloaded");
    set.release(first, "aborted", 0, set.era);
    expect(take(set)).toBeDefined();
  });

  test("a retry goes elsewhere while there is anywhere else", async () => {
    const { set } = await made(upstreamOf([A, B, C]));
    const first = take(set);
    const second = take(set, { tried: [first] });
    const third = take(set, { tried: [first, second] });
    expect(new Set([first, second, third]).size).toBe(3);
    expect(take(set, { tried: [first, second, third] })).toBeDefined();
  });

  test("says that there is no target", async () => {
    const { set } = await made(upstreamOf([]));
    expect(set.take(HINTS)).toBe("no-target");
  });

  test("gives nothing to a target of weight 0", async () => {
    const { set } = await made(upstreamOf([]), [
      { origin: A, weight: 0 },
      { origin: B, weight: 1 },
    ]);
    expect(new Set(asked(set, 20))).toEqual(new Set([B]));
  });

  test("an address that is found twice has both weights", async () => {
    const { set } = await made(upstreamOf([]), [
      { origin: A, weight: 1 },
      { origin: A, weight: 2 },
      { origin: B, weight: 1 },
    ]);
    expect(asked(set, 8).filter((origin) => origin === A)).toHaveLength(6);
  });
});

describe("what the discovery finds later", () => {
  test("keeps what is known of targets that stay, and tells of those that left", async () => {
    const { set, find } = await made(upstreamOf([]), [
      { origin: A, weight: 1 },
      { origin: B, weight: 1 },
    ]);
    const removed: string[] = [];
    set.onRemoved((target) => removed.push(`${target.origin} ${target.state}`));
    const kept = set.targets[1];
    find([
      { origin: B, weight: 1 },
      { origin: C, weight: 1 },
    ]);
    expect(set.targets[0]).toBe(kept);
    expect(removed).toEqual([`${A} draining`]);
    expect(new Set(asked(set, 10))).toEqual(new Set([B, C]));
  });

  test("an empty answer is not believed", async () => {
    const { set, find, problems } = await made(upstreamOf([]), [{ origin: A, weight: 1 }]);
    find([]);
    expect(ask(set)).toBe(A);
    expect(problems).toEqual(["The discovery found no address any more: the last ones stay in use."]);
  });
});

describe("a target that fails", () => {
  const passive = { failures: 3, ejectFor: 1000, maxEjected: 0.5 };

  test("goes out after failures in a row, and comes back", async () => {
    vi.useFakeTimers();
    const { set, pass } = await made(upstreamOf([A, B, C, D], { health: { active: null, passive } }));
    const failing = (origin: string): void => {
      for (let i = 0; i < 12; i++) {
        const target = take(set);
        set.release(target, target.origin === origin ? "failed" : "ok", 0, set.era);
      }
    };
    failing(A);
    expect(set.targets[0]!.state).toBe("ejected");
    expect(new Set(asked(set, 12))).toEqual(new Set([B, C, D]));
    pass(999);
    expect(set.targets[0]!.state).toBe("ejected");
    pass(1);
    expect(new Set(asked(set, 12))).toEqual(new Set([A, B, C, D]));
    // The second time is twice as long.
    failing(A);
    pass(1500);
    expect(set.targets[0]!.state).toBe("ejected");
    pass(500);
    expect(set.targets[0]!.state).toBe("up");
  });

  test("502, 503 and 504 count, 500 and an abort do not", async () => {
    const { set } = await made(upstreamOf([A, B], { health: { active: null, passive } }));
    for (let i = 0; i < 20; i++) ask(set, 500);
    for (let i = 0; i < 20; i++) set.release(take(set), "aborted", 0, set.era);
    expect(set.targets.map(({ state }) => state)).toEqual(["up", "up"]);
    for (let i = 0; i < 6; i++) ask(set, 503);
    expect(set.targets.map(({ state }) => state).sort()).toEqual(["ejected", "up"]);
  });

  test("stays where too many are out already", async () => {
    const { set } = await made(upstreamOf([A, B, C, D], { health: { active: null, passive } }));
    for (let i = 0; i < 100; i++) ask(set, 0);
    expect(set.targets.filter(({ state }) => state === "ejected")).toHaveLength(2);
  });
});

describe("a target that has too much to do", () => {
  const passive = { failures: 3, ejectFor: 60_000, maxEjected: 0.5 };
  const busy = (set: TargetSet, tried: readonly LiveTarget[] = []): void =>
    set.release(take(set, { tried }), "busy", 503, set.era);

  test("goes out where the others have not", async () => {
    const { set } = await made(upstreamOf([A, B], { health: { active: null, passive } }));
    const [first, second] = set.targets as [LiveTarget, LiveTarget];
    for (let i = 0; i < 3; i++) {
      busy(set, [second]);
      set.release(take(set, { tried: [first] }), "ok", 200, set.era);
    }
    expect(set.targets.map(({ state }) => state)).toEqual(["ejected", "up"]);
  });

  test("stays where another one has as well: without it the rest would have more", async () => {
    vi.useFakeTimers();
    const { set, pass } = await made(upstreamOf([A, B], { health: { active: null, passive } }));
    for (let i = 0; i < 50; i++) {
      busy(set);
      pass(10);
    }
    expect(set.targets.map(({ state }) => state)).toEqual(["up", "up"]);
    // The other one has recovered since.
    const [, second] = set.targets as [LiveTarget, LiveTarget];
    pass(1001);
    for (let i = 0; i < 3; i++) busy(set, [second]);
    expect(set.targets[0]!.state).toBe("ejected");
  });

  test("does not open the breaker: that would refuse what the service still does", async () => {
    const breaker = { failureRatio: 0.5, minimum: 4, window: 10_000, openFor: 5_000, probes: 1 };
    const { set } = await made(upstreamOf([A], { breaker }));
    for (let i = 0; i < 20; i++) busy(set);
    expect(set.breaker).toBe("closed");
    // Without Retry-After nobody says that it is load.
    for (let i = 0; i < 20; i++) ask(set, 503);
    expect(set.breaker).toBe("open");
  });
});

describe("a service that fails", () => {
  const breaker = { failureRatio: 0.5, minimum: 4, window: 10_000, openFor: 5_000, probes: 1 };

  test("is left alone by the breaker, and asked again by one probe", async () => {
    vi.useFakeTimers();
    const { set, pass } = await made(upstreamOf([A], { breaker }));
    for (let i = 0; i < 4; i++) ask(set, 500);
    expect(set.take(HINTS)).toBe("breaker-open");
    expect(set.retryAfter).toBe(5);
    expect(set.breaker).toBe("open");
    pass(5_000);
    const probe = take(set);
    expect(set.take(HINTS)).toBe("breaker-open");
    set.release(probe, "ok", 200, set.era);
    expect(ask(set)).toBe(A);
    expect(set.breaker).toBe("closed");
  });
});

describe("canaries", () => {
  test("get what is theirs and nothing else", async () => {
    const { set } = await made(
      upstreamOf([A, B], { canary: { targets: [{ origin: C, weight: 1 }], weight: 10, header: null } }),
    );
    expect(new Set(asked(set, 10))).toEqual(new Set([A, B]));
    expect(ask(set, 200, { isCanary: true })).toBe(C);
  });

  test("leave to the others what they failed, and everything while none of them is well", async () => {
    const canary = { targets: [{ origin: B, weight: 1 }], weight: 50, header: null };
    const passive = { failures: 2, ejectFor: 10_000, maxEjected: 0.5 };
    const { set } = await made(upstreamOf([A], { canary, health: { active: null, passive } }));
    const failing = take(set, { isCanary: true });
    set.release(failing, "failed", 0, set.era);
    expect(failing.origin).toBe(B);
    expect(ask(set, 200, { isCanary: true, tried: [failing] })).toBe(A);
    set.release(take(set, { isCanary: true }), "failed", 0, set.era);
    expect(set.targets.map(({ state }) => state)).toEqual(["up", "ejected"]);
    expect(ask(set, 200, { isCanary: true })).toBe(A);
  });

  test("that are ill are not asked, however few are well", async () => {
    const targets = [B, C, D].map((origin) => ({ origin, weight: 1 }));
    const passive = { failures: 1, ejectFor: 10_000, maxEjected: 1 };
    const { set } = await made(
      upstreamOf([A], {
        canary: { targets, weight: 50, header: null },
        health: { active: null, passive },
      }),
    );
    const failing = [take(set, { isCanary: true }), take(set, { isCanary: true })];
    for (const target of failing) set.release(target, "failed", 0, set.era);
    const [left] = [B, C, D].filter((origin) => failing.every((target) => target.origin !== origin));
    for (let i = 0; i < 4; i++) expect(ask(set, 200, { isCanary: true })).toBe(left);
  });
});

describe("active health checks", () => {
  async function upstream(answer: () => number): Promise<{ origin: string; paths: string[] }> {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(`${request.method} ${request.url} ${request.headers.host}`);
      const status = answer();
      if (status === 0) return; // It never answers.
      response.writeHead(status).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paths };
  }
  const active = {
    path: "/healthz",
    interval: 20,
    timeout: 100,
    healthyAfter: 2,
    unhealthyAfter: 2,
    statuses: [200, 299],
  } as const;

  test("take a target out, and back", async () => {
    let status = 200;
    const sick = await upstream(() => status);
    const well = await upstream(() => 204);
    const third = await upstream(() => 200);
    const { set } = await made(
      upstreamOf([sick.origin, well.origin, third.origin], { health: { active, passive: null } }),
    );
    expect(set.targets.map(({ state }) => state)).toEqual(["up", "up", "up"]);
    await vi.waitFor(() => expect(sick.paths.length).toBeGreaterThan(0), 20_000);
    expect(sick.paths[0]).toBe(`GET /healthz ${new URL(sick.origin).host}`);
    status = 500;
    await vi.waitFor(() => expect(set.targets[0]!.state).toBe("down"), 5000);
    expect(new Set(asked(set, 6))).toEqual(new Set([well.origin, third.origin]));
    status = 0;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(set.targets[0]!.state).toBe("down");
    status = 200;
    await vi.waitFor(() => expect(set.targets[0]!.state).toBe("up"), 5000);
  });

  test("keep no connection whose reply has no end", async () => {
    let open = 0;
    let all = 0;
    const server = createServer((_request, response) => void response.writeHead(200).write("x"));
    server.on("connection", (socket) => {
      all++;
      open++;
      socket.on("close", () => void open--);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { set } = await made(
      upstreamOf([`http://127.0.0.1:${port}`], {
        health: { active: { ...active, timeout: 20 }, passive: null },
      }),
    );
    await vi.waitFor(() => expect(all).toBeGreaterThan(3), 20_000);
    expect(set.targets[0]!.state).toBe("up");
    set.close();
    await vi.waitFor(() => expect(open).toBe(0), 5000);
  });

  test("that cannot be made say that a target is not well, and end nothing", async () => {
    const { set } = await made(
      upstreamOf(["https://127.0.0.1:1"], {
        tls: { verify: true, serverName: null, ca: "/being/replaced.pem", cert: null, key: null },
        health: { active, passive: null },
      }),
    );
    await vi.waitFor(() => expect(set.targets[0]!.state).toBe("down"), 5000);
  });

  test("are not made where the discovery answers after the end", async () => {
    const { origin, paths } = await upstream(() => 200);
    const { set, find } = await made(upstreamOf([], { health: { active, passive: null } }), []);
    set.close();
    find([{ origin, weight: 1 }]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(paths).toEqual([]);
    expect(set.targets).toEqual([]);
  });

  describe("of a target that was ejected", () => {
    const passive = { failures: 3, ejectFor: 60_000, maxEjected: 0.5 };
    const checks: NonNullable<Upstream["health"]["active"]> = active;
    async function ejected(answer: () => number, settings: Partial<typeof checks>) {
      const sick = await upstream(answer);
      const { set } = await made(
        upstreamOf([sick.origin, A], { health: { active: { ...checks, ...settings }, passive } }),
      );
      await vi.waitFor(() => expect(sick.paths.length).toBeGreaterThan(0), 20_000);
      const others = set.targets.slice(1);
      for (let i = 0; i < 3; i++) set.release(take(set, { tried: others }), "failed", 0, set.era);
      expect(set.targets[0]!.state).toBe("ejected");
      return { set, sick };
    }

    test("end the ejection when they pass again after one has failed", async () => {
      let status = 500;
      const { set, sick } = await ejected(() => status, { unhealthyAfter: 1_000_000 });
      const { length } = sick.paths;
      await vi.waitFor(() => expect(sick.paths.length).toBeGreaterThan(length + 2), 20_000);
      expect(set.targets[0]!.state).toBe("ejected");
      status = 200;
      await vi.waitFor(() => expect(set.targets[0]!.state).toBe("up"), 5000);
    });

    test("have an open breaker try again too", async () => {
      let status = 500;
      const sick = await upstream(() => status);
      const breaker = { failureRatio: 0.5, minimum: 4, window: 10_000, openFor: 600_000, probes: 1 };
      const { set } = await made(
        upstreamOf([sick.origin], { breaker, health: { active: checks, passive: null } }),
      );
      await vi.waitFor(() => expect(set.targets[0]!.state).toBe("down"));
      for (let i = 0; i < 4; i++) ask(set, 0);
      expect(set.breaker).toBe("open");
      status = 200;
      await vi.waitFor(() => expect(set.breaker).toBe("half-open"), 5000);
    });

    test("do not end it where they have passed all along", async () => {
      const { set, sick } = await ejected(() => 200, {});
      await vi.waitFor(() => expect(sick.paths.length).toBeGreaterThan(5), 5000);
      expect(set.targets[0]!.state).toBe("ejected");
    });

    test("run at once, however long the interval", async () => {
      const { sick } = await ejected(() => 200, { interval: 60_000 });
      await vi.waitFor(() => expect(sick.paths).toHaveLength(2), 5000);
    });
  });

  test("are not believed where they take out more than half", async () => {
    const sick = await upstream(() => 500);
    const { set } = await made(upstreamOf([sick.origin, A], { health: { active, passive: null } }));
    await vi.waitFor(() => expect(set.targets.map(({ state }) => state)).toEqual(["down", "down"]), {
      timeout: 5000,
    });
    expect(new Set(asked(set, 4))).toEqual(new Set([sick.origin, A]));
  });
});
