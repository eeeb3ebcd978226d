// Rooms in which everybody hears everybody: a WEBSOCKET beside a GET of one shape, and an alias for older clients.
import { App, content, endpoint, path, query, socket, type Connection } from "waymark";
import { z } from "zod";
import { page } from "./page.ts";

const Saying = z.object({ text: z.string().min(1).max(500) }).meta({ id: "Saying" });
const News = z
  .object({ kind: z.enum(["joined", "said", "left"]), name: z.string(), text: z.string().optional() })
  .meta({ id: "News" });
type News = z.infer<typeof News>;

/** Who is where, by name. */
const rooms = new Map<string, Map<string, Connection<unknown, News>>>();

const room = path(z.string().max(50));

const listMembers = endpoint(
  { input: { room }, output: z.array(z.string()) },
  function listMembers({ room }) {
    return [...(rooms.get(room)?.keys() ?? [])];
  },
);

const talk = socket(
  {
    description: "What is said goes to everybody in the room, and so does who comes and goes.",
    input: { room, name: query(z.string().min(1).max(20)) },
    receive: Saying,
    send: News,
  },
  async function talk({ room, name, connection }) {
    const members = rooms.get(room) ?? new Map<string, Connection<unknown, News>>();
    if (members.has(name)) return connection.close(4409, `Somebody in ${room} is called ${name}`);
    rooms.set(room, members.set(name, connection));
    // Not awaited: nobody waits for the slowest of all; one that is too slow is cut off.
    const tell = (news: News): void => members.forEach((each) => void each.send(news));
    tell({ kind: "joined", name });
    try {
      for await (const { text } of connection) tell({ kind: "said", name, text });
    } finally {
      members.delete(name);
      if (members.size === 0) rooms.delete(room);
      tell({ kind: "left", name });
    }
  },
);

const app = new App({ title: "Chat", version: "1.0.0" });

app.get(
  "/",
  endpoint({ output: content("text/html"), hidden: true }, function showPage() {
    return page;
  }),
);
app.get("/rooms/{room}", listMembers, { summary: "Who is in a room" });
app.route(talk, {
  "WEBSOCKET /rooms/{room}": { summary: "Talk in a room", canonical: true },
  "WEBSOCKET /channels/{channel}": { deprecated: true, bind: { name: "nick" } },
});

export default app;
