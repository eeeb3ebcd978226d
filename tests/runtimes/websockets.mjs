// Served by every runtime as it is installed: by the built package, through `serve`, on the server that it chooses itself.
import process from "node:process";
import { App, dependency, serve, socket } from "waymark";
import { z } from "zod";

const lease = dependency({}, async function* lease() {
  yield 1;
  console.log("cleaned up");
});
const Message = z.object({ text: z.string() });
const echo = socket(
  { input: { lease }, receive: Message, send: Message, protocols: ["v1"] },
  async function echo({ connection }) {
    for await (const { text } of connection)
      await connection.send({ text: `${connection.protocol} ${text}` });
    const { code, by } = connection.ended;
    console.log(`ended with ${code} by the ${by}`);
  },
);

const app = new App({ openapi: false });
app.websocket("/echo", echo);
app.get("/page", () => "page");
const { url } = await serve(app, { port: 0 });
console.log(`listening on ${url}`);
process.on("exit", () => console.log("over"));
