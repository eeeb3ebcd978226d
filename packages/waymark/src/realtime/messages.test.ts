// Messages, both ways: what is in them, their order, and who waits for whom.
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { closeFrame, frame, type RawWebSocket, TEXT } from "./raw-web-socket.fixture.ts";
import { socket } from "./socket.ts";
import { errors, log, openOne, SERVERS, until } from "./serving.fixture.ts";

const Message = z.object({ text: z.string().max(20) });

describe.each(SERVERS)("on %s", (_, server) => {
  describe("messages", () => {
    const open = (of: Parameters<typeof openOne>[0]): Promise<RawWebSocket> => openOne(of, server);

    it("are validated on their way in, and filtered on their way out", async () => {
      const shout = socket({ receive: Message, send: Message }, async ({ connection }) => {
        for await (const { text } of connection)
          await connection.send({ text: text.toUpperCase(), secret: 1 } as { text: string });
      });
      const client = (await open(shout)).write(frame(TEXT, '{"text":"hi","more":1}'));
      expect((await client.frame(0)).payload.toString()).toBe('{"text":"HI"}');
    });

    it.each([
      [
        "what the schema refuses",
        frame(TEXT, '{"text":4}'),
        1008,
        "text: Invalid input: expected string, received number",
      ],
      ["what is no JSON", frame(TEXT, "{text}"), 1007, /^The message is not valid JSON: /],
      ["nothing at all", frame(TEXT, ""), 1007, "The message is empty; JSON is expected."],
      [
        "what is nested too deep",
        frame(TEXT, `${"[".repeat(65)}${"]".repeat(65)}`),
        1007,
        /nested deeper than 64/,
      ],
      ["bytes", frame(2, "{}"), 1003, "This is a binary message; JSON in a text message is expected"],
    ])("%s closes with its code", async (_what, bytes, code, reason) => {
      const client = (
        await open(
          socket({ receive: Message }, async ({ connection }) => {
            for await (const { text } of connection) log.push(text);
            log.push(`ended ${connection.ended?.code} by the ${connection.ended?.by}`);
          }),
        )
      ).write(frame(TEXT, '{"text":"first"}'), bytes, frame(TEXT, '{"text":"last"}'));
      const closed = await client.closing();
      expect(closed).toEqual({
        code,
        reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
      });
      expect(Buffer.byteLength(closed.reason)).toBeLessThanOrEqual(123);
      expect(closed.reason).not.toContain("{text}");
      await until(() => log.length === 2);
      expect(log).toEqual(["first", `ended ${code} by the server`]);
      expect(errors).toEqual([]);
    });

    it("that are not what they should be come to onInvalid, and the next one is waited for", async () => {
      const strict = socket(
        {
          receive: Message,
          send: z.object({ code: z.int(), issues: z.array(z.unknown()) }),
          onInvalid: ({ code, issues }, connection) => connection.send({ code, issues: [...issues] }),
        },
        async ({ connection }) => {
          for await (const { text } of connection) log.push(text);
        },
      );
      const client = (await open(strict)).write(
        frame(TEXT, "{}"),
        frame(TEXT, "x"),
        frame(TEXT, '{"text":"ok"}'),
      );
      expect(JSON.parse((await client.frame(0)).payload.toString())).toMatchObject({
        code: 1008,
        issues: [{ path: ["text"] }],
      });
      expect(JSON.parse((await client.frame(1)).payload.toString())).toEqual({ code: 1007, issues: [] });
      await until(() => log.includes("ok"));
      client.destroy();
    });

    it("that send refuses fail the function: 1011, which says nothing, and a log that says all", async () => {
      const wrong = socket({ send: Message }, async ({ connection }) => {
        await connection.send({ text: 4 } as unknown as { text: string });
      });
      expect(await (await open(wrong)).closing()).toEqual({ code: 1011, reason: "" });
      await until(() => errors.length > 1);
      expect(errors.map(([message]) => message)).toEqual([
        "WEBSOCKET /: a message was not sent",
        "WEBSOCKET /: closed with 1011 for an error that the function did not handle",
      ]);
      expect(String(errors[0]![1])).toContain("the message is not what send says: text");
    });

    it("that nobody waits for and that cannot be sent leave the process alone", async () => {
      const loose = socket({ send: Message }, async ({ connection }) => {
        void connection.send({ text: 4 } as unknown as { text: string });
        await connection.send({ text: "still here" });
      });
      const client = await open(loose);
      expect((await client.frame(0)).payload.toString()).toBe('{"text":"still here"}');
      expect(errors).toHaveLength(1);
    });

    it("keep their order where a schema takes its time", async () => {
      const Slow = z.string().refine(async (text) => {
        await wait(text === "a" ? 20 : 1);
        return true;
      });
      const slow = socket({ receive: Slow, send: Slow }, async ({ connection }) => {
        for await (const text of connection) void connection.send(text);
      });
      const client = (await open(slow)).write(
        ...["a", "b", "c"].map((each) => frame(TEXT, JSON.stringify(each))),
      );
      expect((await client.frame(2)).payload.toString()).toBe('"c"');
      expect(client.frames.map(({ payload }) => payload.toString())).toEqual(['"a"', '"b"', '"c"']);
    });

    it("may be read one at a time, and the loop be left and begun again", async () => {
      const polite = socket({}, async ({ connection }) => {
        log.push(`hello ${String(await connection.receive())}`);
        for await (const message of connection) {
          log.push(`one ${String(message)}`);
          break;
        }
        for await (const message of connection) log.push(`two ${String(message)}`);
        log.push(String(await connection.receive()));
      });
      const client = (await open(polite)).write(
        ...["a", "b", "c"].map((each) => frame(TEXT, each)),
        closeFrame(1000),
      );
      await client.closed;
      await until(() => log.length === 4);
      expect(log).toEqual(["hello a", "one b", "two c", "undefined"]);
    });

    it("larger than allowed close with 1009", async () => {
      const small = socket({ maxMessage: 100 }, async ({ connection }) => {
        for await (const message of connection) await connection.send(message);
      });
      const client = (await open(small)).write(frame(TEXT, "x".repeat(100)));
      expect((await client.frame(0)).payload).toHaveLength(100);
      client.write(frame(TEXT, "x".repeat(101)));
      expect(await client.closing()).toMatchObject({ code: 1009 });
    });

    it("wait for a function that reads slowly, and with them the client", async () => {
      let read = 0;
      let go!: () => void;
      const gate = new Promise<void>((resolve) => (go = resolve));
      const slow = socket({}, async ({ connection }) => {
        await gate;
        for await (const _ of connection) read++;
      });
      const client = await open(slow);
      const chunk = Buffer.concat(Array.from({ length: 16 }, () => frame(2, Buffer.alloc(64 * 1024))));
      let sent = 0;
      const sending = (async () => {
        for (; sent < 64; sent++) await client.flush(chunk);
      })();
      await wait(300);
      // The system's buffers take a few megabytes; 64 are on their way.
      expect(sent).toBeLessThan(32);
      go();
      await sending;
      client.write(closeFrame(1000));
      await client.closed;
      await until(() => read === 64 * 16);
    });

    it("that are awaited wait for a client that reads slowly", async () => {
      let sent = 0;
      const big = "x".repeat(256 * 1024);
      const pour = socket({}, async ({ connection }) => {
        for (; sent < 200; sent++) await connection.send(big);
      });
      const client = (await open(pour)).pause();
      await wait(300);
      expect(sent).toBeLessThan(100);
      client.resume();
      await client.closing();
      expect(sent).toBe(200);
      expect(client.frames.filter(({ opcode }) => opcode === TEXT)).toHaveLength(200);
    });

    it("that nobody awaits end the connection of a client that does not read", async () => {
      let memory: Connection | undefined;
      const flood = socket({ maxBuffered: 1024 * 1024 }, async ({ connection }) => {
        memory = connection;
        while (!connection.signal.aborted) {
          for (let i = 0; i < 16; i++) void connection.send("x".repeat(64 * 1024));
          await wait(1);
        }
        log.push(`${connection.ended?.code} ${connection.ended?.reason}`);
      });
      const client = (await open(flood)).pause();
      await until(() => log.length > 0);
      expect(log).toEqual(["1008 The messages are not taken as fast as they come"]);
      await memory!.send("after the end");
      client.destroy();
    });
  });
});
