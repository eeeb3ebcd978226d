import { expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { body } from "../inputs/body.ts";
import { path } from "../inputs/path.ts";
import { query } from "../inputs/query.ts";

const app = new App();
const read = endpoint(
  { input: { itemId: path(z.string()), limit: query(z.int().default(1)), item: body(z.string()) } },
  () => 1,
);
const list = endpoint({ input: { page: query(z.int().default(1)) } }, () => 1);

it("takes inputs of the path and the query, by their types", () => {
  expectTypeOf(app.url(read, { itemId: "1" })).toEqualTypeOf<string>();
  app.url(read, { itemId: "1", limit: 2 }, { absolute: "https://example.com" });
  app.url(list);
  app.url(list, { page: 2 });
  app.url(() => "pong");
});

it("refuses what is missing, of another type, or no part of a URL", () => {
  // @ts-expect-error -- itemId is missing
  app.url(read);
  // @ts-expect-error -- itemId is missing
  app.url(read, {});
  // @ts-expect-error -- a text
  app.url(read, { itemId: 1 });
  // @ts-expect-error -- a number
  app.url(read, { itemId: "1", limit: "2" });
  // @ts-expect-error -- a body
  app.url(read, { itemId: "1", item: "x" });
  // @ts-expect-error -- misspelt
  app.url(list, { pag: 2 });
  // @ts-expect-error -- no such option
  app.url(list, {}, { rote: "/x" });
});

it("takes the function inside of an endpoint, by its arguments", () => {
  endpoint({ input: { id: path(z.string()) } }, function self({ id }) {
    // @ts-expect-error -- a text
    app.url(self, { id: 1 });
    return app.url(self, { id });
  });
});

it("lets a route that is named take the path's values from elsewhere", () => {
  app.url(read, {}, { route: "GET /items/newest" });
  // @ts-expect-error -- misspelt
  app.url(read, { itmId: "1" }, { route: "GET /items/newest" });
});
