import { App, body, dependency, endpoint, header, path, query, reply, socket } from "waymark";
import { z } from "zod";

const app = new App({ title: "Module", version: "1.0.0" });

app.get(
  "/hello/{name}",
  endpoint(
    {
      input: {
        name: path(z.string()),
        loud: query(z.boolean().default(false)),
        sender: header(z.string(), { name: "x-forwarded-for" }),
      },
    },
    function hello({ name, loud, sender }) {
      return { hello: loud ? name.toUpperCase() : name, for: sender };
    },
  ),
);
app.post(
  "/sum",
  endpoint({ input: { numbers: body(z.array(z.number())) } }, function sum({ numbers }) {
    return numbers.reduce((a, b) => a + b, 0);
  }),
);
app.get("/count", () =>
  reply.stream(
    (async function* () {
      for (const each of [1, 2, 3]) yield `${each}\n`;
    })(),
    "text/plain",
  ),
);
app.get("/events", () =>
  reply.events(
    (async function* () {
      for (;;) {
        yield { data: "tick" };
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })(),
  ),
);
app.post("/idle", () => new Promise(() => undefined));
app.get("/none", () => reply.stream((async function* (): AsyncGenerator<string> {})(), "text/plain"));
app.websocket(
  "/echo",
  socket({}, async function echo({ connection }) {
    for await (const message of connection) await connection.send(message);
  }),
);

/** It agrees to a WebSocket late. */
export const slowSocket: { over: Promise<void> | undefined } = { over: undefined };
app.websocket(
  "/slow",
  socket({}, async function slow({ connection }) {
    for await (const message of connection) await connection.send(message);
  }),
  {
    middleware: [
      async (_, next) => {
        const reply = await next();
        await (slowSocket.over = new Promise((resolve) => setTimeout(resolve, 100)));
        return reply;
      },
    ],
  },
);

export const redirecting: App = new App({ title: "Redirecting", version: "1.0.0" });
redirecting.get("/old", () => reply.redirect("/new"));
redirecting.get("/whole", () => reply.redirect("http://localhost/new?a=1"));

/** When it is up, and when it is not any more. */
export const lifecycle: string[] = [];
export const living: App = new App({ title: "Living", version: "1.0.0" });
living.get(
  "/alive",
  endpoint(
    {
      input: {
        resource: dependency({ scope: "app" }, async function* resource() {
          lifecycle.push("up");
          yield "alive";
          await new Promise((resolve) => setTimeout(resolve, 20));
          lifecycle.push("down");
        }),
      },
    },
    ({ resource }) => resource,
  ),
);

export default app;
