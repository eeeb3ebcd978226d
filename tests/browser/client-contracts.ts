// Contracts that the browser and the server of client.test.ts share.
import {
  constant,
  contract,
  events,
  file,
  form,
  header,
  jsonLines,
  lastEventId,
  path,
  query,
} from "waymark/contract";
import { z } from "zod";

export const echo = contract(
  {
    input: {
      id: path(z.string()),
      n: query(z.int().default(1)),
      tags: query(z.array(z.string()).optional()),
      filter: query(z.object({ low: z.number() }).optional(), { style: "deepObject" }),
      trace: header(z.string().optional()),
    },
  },
  { "GET /echo/{id}": {}, "GET /alias/{other}": { bind: { n: constant(7) } } },
);

export const upload = contract(
  {
    input: { photo: file(), note: form(z.string()) },
    output: z.object({ name: z.string(), size: z.int(), note: z.string() }),
  },
  { "POST /photos": {} },
);

const Item = z.object({ n: z.int() });
export const lines = contract(
  { input: { to: query(z.int()) }, output: jsonLines(Item) },
  { "GET /lines": {} },
);
export const follow = contract(
  { input: { since: lastEventId() }, output: events(Item) },
  { "GET /follow": {} },
);

const Said = z.object({ say: z.string() });
export const chat = contract.socket(
  { input: { room: path(z.string()) }, receive: Said, send: Said },
  { "WEBSOCKET /rooms/{room}": {} },
);
