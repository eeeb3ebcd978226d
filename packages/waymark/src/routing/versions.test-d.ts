import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { createClient } from "../client/create-client.ts";
import { endpoint } from "../endpoint.ts";
import { constant } from "../inputs/constant.ts";
import { given } from "../inputs/given.ts";
import { path } from "../inputs/path.ts";
import { Router } from "./router.ts";

const Item = z.object({ id: z.string(), name: z.string() });
const OldItem = z.object({ id: z.string(), title: z.string() });
const read = endpoint({ input: { id: path(z.string()) }, output: Item }, function read({ id }) {
  return { id, name: "Compass" };
});
const app = new App({ versions: { by: "header", list: ["1", "2"] } });

describe("the rows of a route in several versions", () => {
  it("are checked each by itself, as one row is", () => {
    app.route(read, {
      "GET /items/{id}": [
        { version: "1", output: OldItem, map: ({ id, name }) => ({ id, title: name }) },
        { version: "2" },
      ],
      "GET /things/{id}": { version: ["1", "2"], audience: "internal" },
    });
    app.route(read, {
      "GET /items/{id}": [
        {
          version: "1",
          output: OldItem,
          // @ts-expect-error Type 'number' is not assignable to type 'string'
          map: ({ id, name }) => ({ id, title: name.length }),
        },
        // @ts-expect-error 'versoin' is not an option of a route: did you mean 'version'?
        { versoin: "2" },
      ],
    });
    app.route(read, {
      // @ts-expect-error '/items' must contain {id}
      "GET /items": [{ version: "1" }, { version: "2" }],
    });
    // @ts-expect-error the result has no 'title': add map
    app.route(read, { "GET /items/{id}": [{ version: "1", output: OldItem }, { version: "2" }] });
    // @ts-expect-error a version is a text
    app.route(read, { "GET /items/{id}": [{ version: 1 }] });
  });

  it("bind what differs between them", () => {
    const versioned = endpoint({ input: { version: given<1 | 2>() } }, ({ version }) => version);
    app.route(versioned, {
      "GET /a": [
        { version: "1", bind: { version: constant(1) } },
        { version: "2", bind: { version: constant(2) } },
      ],
    });
    app.route(versioned, {
      // @ts-expect-error 'version' has no source of its own: bind it
      "GET /a": [{ version: "1", bind: { version: constant(1) } }, { version: "2" }],
    });
  });

  it("are one route to a client: the last of them", async () => {
    const route = app.route(read, {
      "GET /items/{id}": [
        { version: "1", output: OldItem, map: ({ id, name }) => ({ id, title: name }) },
        { version: "2" },
      ],
    });
    const client = createClient({ route }, { app });
    expectTypeOf(client.route({ id: "1" })).resolves.toEqualTypeOf<{ id: string; name: string }>();
  });
});

it("misspelt options of versions, documents and audiences do not compile", () => {
  // @ts-expect-error no such way
  new App({ versions: { by: "query", list: ["1"] } });
  // @ts-expect-error a media type is needed
  new App({ versions: { by: "media-type", list: ["1"] } });
  // @ts-expect-error the header has a name, and a path a prefix
  new App({ versions: { by: "path", list: ["1"], name: "api-version" } });
  // @ts-expect-error since is needed
  new App({ versions: { by: "path", list: [{ name: "1", deprecated: { sunset: "2027-01-01" } }] } });
  // @ts-expect-error pth
  new App({ documents: { internal: { pth: "/x" } } });
  // @ts-expect-error verison
  new Router({ verison: "1" });
  // @ts-expect-error a list of texts
  app.include(new Router(), { audience: [1] });
  // @ts-expect-error a version is a text
  app.get("/", () => 1, { version: 1 });
});
