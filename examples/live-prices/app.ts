// A page that follows prices, the same prices as lines of JSON, and an answer that depends on how many there are.
import {
  App,
  content,
  endpoint,
  event,
  events,
  HttpError,
  jsonLines,
  lastEventId,
  path,
  query,
  reply,
  request,
} from "waymark";
import { z } from "zod";
import { follow, history, Price } from "./market.ts";
import { page } from "./page.ts";

const showPage = endpoint({ output: content("text/html") }, function showPage() {
  return page;
});

const followPrices = endpoint(
  {
    description: "Every price after the one that the client has seen last, and each new one as it comes.",
    input: { since: lastEventId(), request: request() },
    output: events(Price),
  },
  async function* followPrices({ since, request }) {
    for await (const price of follow(Number(since ?? 0), request.signal))
      yield event({ data: price, event: "price", id: String(price.id) });
  },
);

const exportPrices = endpoint(
  { input: { limit: query(z.int().min(1).default(1000)) }, output: jsonLines(Price) },
  async function* exportPrices({ limit }) {
    yield* history().slice(0, limit);
  },
);

const ENOUGH = 3;
const readAverage = endpoint(
  {
    input: { symbol: path(z.string()) },
    output: {
      200: z.object({ symbol: z.string(), average: z.number() }),
      202: { description: "Too few prices so far", schema: z.object({ known: z.int(), needed: z.int() }) },
    },
    errors: { 404: "No such symbol" },
  },
  function readAverage({ symbol }) {
    const values = history().flatMap((price) => (price.symbol === symbol ? price.value : []));
    if (values.length === 0) throw new HttpError(404, `No prices of ${symbol}`);
    if (values.length < ENOUGH) return reply(202, { known: values.length, needed: ENOUGH });
    return { symbol, average: values.reduce((sum, value) => sum + value) / values.length };
  },
);

const app = new App({
  title: "Live prices",
  version: "1.0.0",
  openapiVersion: "3.2.0",
  license: { name: "MIT", identifier: "MIT" },
});
app.get("/", showPage, { hidden: true });
app.get("/prices", followPrices);
app.get("/prices.jsonl", exportPrices);
app.get("/averages/{symbol}", readAverage);

export default app;
