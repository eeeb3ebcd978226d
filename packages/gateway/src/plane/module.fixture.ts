import { App, body, endpoint, header, path, query, reply, socket } from "waymark";
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
app.websocket(
  "/echo",
  socket({}, async function echo({ connection }) {
    for await (const message of connection) await connection.send(message);
  }),
);

export default app;
