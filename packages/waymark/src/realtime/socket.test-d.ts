import { assertType, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { dependency } from "../dependency.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";
import type { Connection } from "./connection.ts";
import { socket, type Socket } from "./socket.ts";

const Message = z.object({ text: z.string(), at: z.iso.datetime().transform((text) => new Date(text)) });

test("messages are what receive gives and what send takes", () => {
  socket({ receive: Message, send: Message }, ({ connection }) => {
    expectTypeOf(connection).toEqualTypeOf<
      Connection<{ text: string; at: Date }, { text: string; at: string }>
    >();
  });
});

test("without schemas they are strings and bytes", () => {
  socket({}, ({ connection }) => {
    expectTypeOf(connection).toEqualTypeOf<Connection<string | Uint8Array, string | Uint8Array>>();
  });
});

test("one of both may be free", () => {
  socket({ send: z.string() }, async ({ connection }) => {
    for await (const message of connection) expectTypeOf(message).toEqualTypeOf<string | Uint8Array>();
    // @ts-expect-error -- 4 is no string
    await connection.send(4);
  });
});

test("inputs are as of any function", () => {
  const user = dependency({}, async () => ({ name: "ada" }));
  const chat = socket(
    { input: { room: path(z.string()), limit: query(z.int().default(1)), user } },
    ({ room, limit, user: { name } }) => {
      expectTypeOf({ room, limit, name }).toEqualTypeOf<{ room: string; limit: number; name: string }>();
    },
  );
  expectTypeOf(chat).toExtend<Socket<any, string | Uint8Array, string | Uint8Array, "room">>();
});

test("onInvalid has the same connection", () => {
  socket(
    {
      receive: z.string(),
      send: z.object({ error: z.string() }),
      onInvalid: ({ code, reason }, connection) => {
        expectTypeOf(code).toEqualTypeOf<1003 | 1007 | 1008>();
        return connection.send({ error: reason });
      },
    },
    () => undefined,
  );
});

test("it is called by hand with a connection", () => {
  const chat = socket({ input: { room: path(z.string()) }, receive: z.string() }, () => undefined);
  const connection = {} as Connection<string, string | Uint8Array>;
  assertType<Promise<unknown>>(chat({ room: "1", connection }));
  // @ts-expect-error -- a connection is missing
  void chat({ room: "1" });
});

test("what belongs to replies is no option", () => {
  // @ts-expect-error -- send takes the place of output
  socket({ output: z.string() }, () => undefined);
});

test("connections of one kind can be gathered", () => {
  const all = new Set<Connection<unknown, { text: string }>>();
  socket({ receive: z.string(), send: z.object({ text: z.string() }) }, ({ connection }) => {
    all.add(connection);
  });
});
