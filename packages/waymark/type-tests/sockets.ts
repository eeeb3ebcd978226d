// Each comment `says` what the compiler says of the line below it, and of no other line.
import { z } from "zod";
import { constant } from "../src/inputs/constant.ts";
import { given } from "../src/inputs/given.ts";
import { path } from "../src/inputs/path.ts";
import { socket } from "../src/realtime/socket.ts";
import { app, ownId, readPlain, readUser, tenant, tenants } from "./parts.ts";

const chat = socket(
  { input: { room: path(z.string()) }, receive: z.object({ text: z.string() }), send: z.string() },
  async ({ room, connection }) => {
    for await (const { text } of connection) await connection.send(`${room}: ${text}`);
  },
);
const audited = socket({ input: { owner: tenant } }, ({ owner, connection }) => connection.send(owner));
const versioned = socket({ input: { version: given<1 | 2>() } }, () => undefined);

app.route(chat, {
  "WEBSOCKET /rooms/{room}": { summary: "Talk in a room" },
  "WEBSOCKET /channels/{channel}": { metadata: { kind: "channel" } },
  "WEBSOCKET /lobby": { bind: { room: constant("lobby") } },
  // says: '/rooms' must contain {room}
  "WEBSOCKET /rooms": {},
  // says: nothing reads {more} of '/rooms/{room}/{more}'
  "WEBSOCKET /rooms/{room}/{more}": {},
  // says: 'GET' does not take a socket: write 'WEBSOCKET'
  "GET /rooms2/{room}": {},
  // says: 'SOCKET' is not a method
  "SOCKET /rooms3/{room}": {},
  // says: 'room' is string, what is bound to it gives number
  "WEBSOCKET /rooms4": { bind: { room: ownId } },
  // says: 'sumary' is not an option of a route: did you mean 'summary'?
  "WEBSOCKET /rooms5/{room}": { sumary: "Talk in a room" },
});

app.route(readPlain, {
  "GET /plain/{itemId}": {},
  // says: 'WEBSOCKET' takes a socket, and this is an endpoint
  "WEBSOCKET /plain/{itemId}": {},
});

app.websocket("/talk/{room}", chat, { summary: "Talk in a room" });
app.websocket(["/talk2/{room}", "/talk3/{any}"], chat);
// says: '/talk4' must contain {room}
app.websocket("/talk4", chat);
// says: '/audit' must contain {tenantId}
app.websocket("/audit", audited);
app.websocket("/audit/{tenantId}", audited);
tenants.websocket("/audit", audited);
// says: 'version' has no source of its own: bind it
app.websocket("/versioned", versioned);
app.websocket("/versioned1", versioned, { bind: { version: constant(1) } });
app.websocket(
  "/inline/{room}",
  socket({ input: { room: path(z.string()) } }, ({ room, connection }) => connection.send(room)),
);

// says: Property '"~socket"' is missing
app.websocket("/users5/{userId}", readUser);
// says: to parameter of type 'EndpointOrBareFunction
app.get("/talk5/{room}", chat);

const misnamed = socket(
  // says: 'connection' is the connection itself: call the input otherwise
  { input: { connection: path(z.string()) } },
  () => undefined,
);
app.websocket("/misnamed/{connection}", misnamed);

// says: 'WEBSOCKET' takes a socket, and this is an endpoint
app.route(() => 1, { "WEBSOCKET /bare": {} });
