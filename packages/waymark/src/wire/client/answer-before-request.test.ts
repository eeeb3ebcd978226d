import { setTimeout as after } from "node:timers/promises";
import { expect, it } from "vitest";
import { exchange, get, ok, upstream } from "./upstream.fixture.ts";

it("takes no answer for that of a request which has not left", async () => {
  await upstream(
    (peer, text) => {
      if (text.includes("/first ")) peer.socket.write(ok("first"));
      if (text.includes("/second ")) peer.socket.write(ok("second"));
    },
    { connections: 1 },
    async ({ pool, peers }) => {
      await exchange(pool, get("/first")).done;
      // Before anything is read again: on the wire, but the pool cannot have seen it.
      await after(1);
      peers[0]!.socket.write(ok("forged"));
      const { error, body } = await exchange(pool, get("/second")).done;
      expect(body).toBe("");
      expect(error).toMatchObject({ code: "RESET", isUnsent: true, isStale: true });
      expect(pool.stats.strays).toBe(1);
      expect(peers[0]!.received).not.toContain("/second");
      expect((await exchange(pool, get("/second")).done).body).toBe("second");
    },
  );
});
