// How connections end, and what is told to whom.
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { dependency } from "../dependency.ts";
import { HttpError } from "../http/http-error.ts";
import { request } from "../inputs/request.ts";
import { response } from "../inputs/response.ts";
import {
  CLOSE,
  closeFrame,
  frame,
  handshake,
  PING,
  PONG,
  RawWebSocket,
  TEXT,
} from "./raw-web-socket.fixture.ts";
import { socket } from "./socket.ts";
import { errors, log, newApp, noted, openOne, SERVERS, until, up } from "./serving.fixture.ts";

describe.each(SERVERS)("on %s", (_, server) => {
  describe("the end", () => {
    const open = (of: Parameters<typeof openOne>[0]): Promise<RawWebSocket> => openOne(of, server);

    it("of the function closes with 1000; clean-ups follow in reverse, then nothing", async () => {
      const [a, b] = [noted("a"), noted("b")];
      const client = await open(
        socket({ input: { a, b, head: response() } }, async ({ head }) => {
          head.after(() => void log.push("task"));
          log.push("function");
        }),
      );
      expect(await client.closing()).toEqual({ code: 1000, reason: "" });
      await until(() => log.length === 6);
      expect(log).toEqual(["a up", "b up", "function", "task", "b down", "a down"]);
    });

    it("by an error closes with 1011 and says nothing; generators see it", async () => {
      const client = await open(
        socket({ input: { a: noted("a") } }, () => {
          throw new Error("secret");
        }),
      );
      expect(await client.closing()).toEqual({ code: 1011, reason: "" });
      await until(() => log.length === 2);
      expect(log).toEqual(["a up", "a sees Error: secret"]);
      expect(errors).toMatchObject([
        [
          "WEBSOCKET /: closed with 1011 for an error that the function did not handle",
          { message: "secret" },
        ],
      ]);
    });

    it("by an HttpError is 1011 too: there is no reply any more", async () => {
      const client = await open(socket({}, () => HttpError.throw(404, "No such room")));
      expect(await client.closing()).toEqual({ code: 1011, reason: "" });
      await until(() => errors.length === 1);
    });

    it("waits for a clean-up before the reply, whose failure is the end", async () => {
      const transaction = dependency({ cleanup: "before-reply" }, async function* () {
        yield 1;
        log.push("commit");
        throw new Error("conflict");
      });
      const client = await open(
        socket({ input: { transaction } }, async ({ connection }) => {
          await connection.send("done");
          log.push("function");
        }),
      );
      expect(await client.closing()).toEqual({ code: 1011, reason: "" });
      expect(log).toEqual(["function", "commit"]);
    });

    it("by close has the code and the reason, cut to what fits", async () => {
      const client = await open(
        socket({}, async ({ connection }) => {
          connection.close(4001, "ü".repeat(100));
          connection.close(4002, "too late");
          await connection.send("nobody hears this");
          log.push(
            String(await connection.receive()),
            String(connection.signal.aborted),
            String(connection.ended?.code),
          );
        }),
      );
      expect(await client.closing()).toEqual({ code: 4001, reason: `${"ü".repeat(60)}…` });
      expect(log).toEqual(["undefined", "true", "4001"]);
    });

    it("by a code that nobody may send is an error of the function", async () => {
      const client = await open(socket({}, ({ connection }) => connection.close(1005)));
      expect(await client.closing()).toEqual({ code: 1011, reason: "" });
      expect(String(errors[0]![1])).toContain("1005 is no code to close with");
    });

    it.each([
      ["a close frame", (client: RawWebSocket) => void client.write(closeFrame(4321, "done")), 4321],
      ["a half-close", (client: RawWebSocket) => void client.end(), 1006],
      ["a reset", (client: RawWebSocket) => client.reset(), 1006],
    ])("by %s of the client aborts the signal and ends the loop", async (_what, leave, code) => {
      const client = await open(
        socket({ input: { a: noted("a") } }, async ({ connection }) => {
          connection.signal.addEventListener("abort", () => log.push("abort"));
          for await (const message of connection) log.push(String(message));
          log.push(`${connection.ended?.code} by the ${connection.ended?.by}`);
          await connection.send("nobody hears this");
          throw connection.signal.reason;
        }),
      );
      client.write(frame(TEXT, "hello"));
      await until(() => log.includes("hello"));
      leave(client);
      await until(() => log.length === 5);
      expect(log.slice(0, 4)).toEqual(["a up", "hello", "abort", `${code} by the client`]);
      expect(log[4]).toMatch(/^a sees AbortError/);
      expect(errors).toEqual([]);
      client.destroy();
    });

    it("of a client that leaves during its handshake stops the dependencies", async () => {
      const app = newApp();
      const slow = dependency(
        { input: { request: request(), a: noted("a") } },
        async ({ request: { signal } }) => {
          log.push("waiting");
          await new Promise((_, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason as Error)),
          );
        },
      );
      app.websocket(
        "/",
        socket({ input: { slow } }, () => void log.push("function")),
      );
      const client = new RawWebSocket((await up(app, server)).port).write(handshake("/"));
      await until(() => log.includes("waiting"));
      client.destroy();
      await until(() => log.length === 3);
      expect(log).toEqual(["a up", "waiting", expect.stringMatching(/^a sees AbortError/)]);
    });

    it("comes to a client that never answers its close frame", async () => {
      const client = await open(socket({ input: { a: noted("a") } }, () => undefined));
      await until(() => client.isOver);
      expect(client.frames.map(({ opcode }) => opcode)).toEqual([CLOSE]);
      await until(() => log.includes("a down"));
    });

    it("comes to a client that is silent, and not to one that answers pings", async () => {
      const app = newApp();
      app.websocket(
        "/",
        socket({ heartbeat: 40 }, async ({ connection }) => {
          for await (const _ of connection);
          log.push(`${connection.ended?.code}`);
        }),
      );
      const port = (await up(app, server)).port;
      const silent = await RawWebSocket.open(port, "/");
      const alive = await RawWebSocket.open(port, "/");
      let answered = 0;
      while (!silent.isOver || answered < 4) {
        const { opcode, payload } = await alive.frame(answered);
        expect(opcode).toBe(PING);
        alive.write(frame(PONG, payload));
        answered++;
      }
      expect(log).toEqual(["1006"]);
      expect(alive.isOver).toBe(false);
      alive.destroy();
    });
  });

  describe("a server that stops", () => {
    it("closes with 1001, and waits for functions and clean-ups", async () => {
      const app = newApp();
      const held = dependency({}, async function* () {
        yield 1;
        await wait(20);
        log.push("down");
      });
      app.websocket(
        "/",
        socket({ input: { held } }, async ({ connection }) => {
          for await (const _ of connection);
          await wait(20);
          log.push(`${connection.ended?.code} by the ${connection.ended?.by}`);
        }),
      );
      const running = await up(app, server);
      const { port } = running;
      const clients = await Promise.all([1, 2].map(() => RawWebSocket.open(port, "/")));
      const closed = running.close({ drainTime: 500 });
      // As long as it drains, everything goes on.
      const late = await RawWebSocket.open(port, "/");
      clients.push(late);
      for (const client of clients) {
        expect(await client.closing()).toEqual({ code: 1001, reason: "The server is going away" });
      }
      await closed;
      expect(log.filter((each) => each === "down")).toHaveLength(3);
      expect(log.filter((each) => each === "1001 by the server")).toHaveLength(3);
    });

    it("cuts at its time what does not end by itself", async () => {
      const app = newApp();
      app.websocket(
        "/",
        socket({}, async ({ connection }) => {
          await new Promise((resolve) => connection.signal.addEventListener("abort", resolve));
          await wait(5000);
        }),
      );
      const running = await up(app, { ...server, shutdownTimeout: 300 });
      const client = await RawWebSocket.open(running.port, "/");
      await running.close();
      await client.closed;
      expect(client.isOver).toBe(true);
    });
  });
});
