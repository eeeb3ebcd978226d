// An application and an exchange without a socket: what the framework itself does for a request.
import { App, endpoint, path } from "waymark";
import { z } from "zod";
import { Exchange } from "../../packages/waymark/dist/http/exchange.js";

const Id = z.object({ id: z.string() });
const make = (name) => endpoint({ name, input: { id: path(z.string()) }, output: Id }, ({ id }) => ({ id }));

/** Paths of one length, so that only the number of routes differs. */
const prefix = (number) => `/alias-${1000 + number}`;
/** A path that the last of so many routes answers. */
export const lastPath = (routes) => `${prefix(routes - 1)}/42`;

/** An application with so many routes, all of one function or each of its own. */
export async function applicationOf(routes, { oneFunction }) {
  const app = new App({ openapi: false, docs: false, redoc: false });
  const one = make("readId");
  for (let number = 0; number < routes; number++)
    app.get(`${prefix(number)}/{id}`, oneFunction ? one : make(`readId${number}`));
  await app.start();
  return app;
}

/** A GET that remembers only what it was answered. */
export class BareExchange extends Exchange {
  method = "GET";
  search = "";
  scheme = "http";
  remoteAddress = undefined;
  hasBody = false;
  constructor(path) {
    super();
    this.path = path;
  }
  header() {
    return undefined;
  }
  headers() {
    return [];
  }
  readBody() {
    return new Uint8Array(0);
  }
  readStream() {
    throw new Error("there is no body");
  }
  end() {}
}

/** Answers the last route so many times, without a promise. */
export function answer(app, path, times) {
  let exchange;
  for (let i = 0; i < times; i++) {
    exchange = new BareExchange(path);
    if (app.handle(exchange) !== undefined) throw new Error("a synchronous route made a promise");
  }
  if (exchange.status !== 200 || exchange.payload !== '{"id":"42"}')
    throw new Error(`wrong answer: ${exchange.status} ${JSON.stringify(exchange.payload)}`);
}
