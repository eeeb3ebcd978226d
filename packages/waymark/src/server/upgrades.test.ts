import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { App } from "../app.ts";
import { socket } from "../realtime/socket.ts";
import { serve } from "./serve.ts";

const { cache } = createRequire(import.meta.url);
const isLoaded = (): boolean => Object.keys(cache).some((file) => /node_modules[\\/]ws[\\/]/.test(file));

test("the library is loaded where a route is for WebSockets, and nowhere else", async () => {
  const app = new App({ openapi: false });
  app.get("/", () => "page");
  const plain = await serve(app, { port: 0, signals: false });
  expect((await fetch(plain.url, { headers: { connection: "close" } })).status).toBe(200);
  await plain.close();
  expect(isLoaded()).toBe(false);
  app.websocket(
    "/",
    socket({}, () => undefined),
  );
  const other = await serve(app, { port: 0, signals: false });
  await other.close();
  expect(isLoaded()).toBe(true);
});
