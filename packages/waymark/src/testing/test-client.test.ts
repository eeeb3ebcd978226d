import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { createClient } from "../client/index.ts";
import { dependency } from "../dependency.ts";
import { endpoint } from "../endpoint.ts";
import { HttpError } from "../http/http-error.ts";
import { reply } from "../http/reply.ts";
import { body, cookie, file, files, form, header, path, query, request, response } from "../inputs/index.ts";
import { bodyLimit } from "../middleware/body-limit.ts";
import { testClient } from "./test-client.ts";

const silent = { error: () => undefined, warn: () => undefined };

describe("the application's life", () => {
  function lifeOf(): { app: App; log: string[] } {
    const log: string[] = [];
    const store = dependency({ scope: "app" }, function* store() {
      log.push("started");
      yield "store";
      log.push("stopped");
    });
    const app = new App();
    app.get(
      "/",
      endpoint({ input: { store } }, ({ store }) => store),
    );
    return { app, log };
  }

  it("starts with the client and stops with it", async () => {
    const { app, log } = lifeOf();
    {
      await using client = await testClient(app);
      expect(log).toEqual(["started"]);
      expect(await (await client.get("/")).json()).toBe("store");
    }
    expect(log).toEqual(["started", "stopped"]);
  });

  it("is not started again by what is asked of a client that has ended", async () => {
    const { app, log } = lifeOf();
    const client = await testClient(app);
    await client[Symbol.asyncDispose]();
    await expect(client.get("/")).rejects.toThrow("this client has ended");
    await expect(client.socket("/")).rejects.toThrow("this client has ended");
    expect(log).toEqual(["started", "stopped"]);
  });

  it("stops with the last of its clients, and may be started again", async () => {
    const { app, log } = lifeOf();
    const one = await testClient(app);
    const other = await testClient(app);
    await one[Symbol.asyncDispose]();
    await one[Symbol.asyncDispose]();
    expect(log).toEqual(["started"]);
    await other[Symbol.asyncDispose]();
    expect(log).toEqual(["started", "stopped"]);
    await using again = await testClient(app);
    expect((await again.get("/")).status).toBe(200);
    expect(log).toEqual(["started", "stopped", "started"]);
  });

  it("goes on where it ran before", async () => {
    const { app, log } = lifeOf();
    await app.request("/");
    {
      await using client = await testClient(app);
      await client.get("/");
    }
    expect(log).toEqual(["started"]);
    await app.stop();
    expect(log).toEqual(["started", "stopped"]);
  });

  it("says why it does not start", async () => {
    const app = new App();
    app.add({ method: "GET", path: "/{id}", endpoint: endpoint({}, () => "?") });
    await expect(testClient(app)).rejects.toThrow("nothing reads {id}");
    const broken = dependency({ scope: "app" }, (): string => {
      throw new Error("no database");
    });
    const other = new App({ logger: silent });
    other.get(
      "/",
      endpoint({ input: { broken } }, ({ broken }) => broken),
    );
    await expect(testClient(other)).rejects.toThrow("no database");
  });

  it("refuses an address that is none", async () => {
    await expect(testClient(new App(), { baseUrl: "localhost:8000" })).rejects.toThrow(
      'baseUrl is a URL of http or https, not "localhost:8000"',
    );
  });
});

describe("requests", () => {
  const app = new App({ openapi: false });
  const echo = endpoint({ input: { request: request() } }, async function echo({ request }) {
    return {
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      remoteAddress: request.remoteAddress,
      text: request.method === "GET" ? "" : new TextDecoder().decode(await request.bytes()),
    };
  });
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"] as const)
    app.add({
      method,
      path: "/echo/{rest:path}",
      endpoint: endpoint({ input: { request: request(), rest: path(z.string()) } }, (values) => echo(values)),
    });
  interface Echo {
    method: string;
    url: string;
    headers: Record<string, string>;
    remoteAddress: string;
    text: string;
  }
  const asked = async (response: Promise<Response>): Promise<Echo> => (await (await response).json()) as Echo;

  it("go by method", async () => {
    await using client = await testClient(app);
    expect((await asked(client.get("/echo/a"))).method).toBe("GET");
    expect((await asked(client.post("/echo/a"))).method).toBe("POST");
    expect((await asked(client.put("/echo/a"))).method).toBe("PUT");
    expect((await asked(client.patch("/echo/a"))).method).toBe("PATCH");
    expect((await asked(client.delete("/echo/a"))).method).toBe("DELETE");
    expect((await asked(client.request("/echo/a", { json: 1 }))).method).toBe("POST");
    expect((await asked(client.request("PUT /echo/a"))).method).toBe("PUT");
    expect((await asked(client.request("/echo/a", { method: "PATCH" }))).method).toBe("PATCH");
    expect((await client.head("/echo/a")).status).toBe(200);
    expect((await client.options("/echo/a")).headers.get("allow")).toContain("PATCH");
  });

  it("come from where the client says", async () => {
    await using client = await testClient(app, {
      baseUrl: "https://api.example.com:8443/",
      remoteAddress: "192.0.2.1",
      headers: { "X-Trace": "1", authorization: "Bearer ada" },
    });
    const seen = await asked(
      client.get("/echo/a", { query: { q: ["x", 2], none: undefined }, headers: { "x-trace": "2" } }),
    );
    expect(seen.url).toBe("https://api.example.com:8443/echo/a?q=x&q=2");
    expect(seen.remoteAddress).toBe("192.0.2.1");
    expect(seen.headers).toMatchObject({ "x-trace": "2", authorization: "Bearer ada" });
    expect((await asked(client.get("/echo/a", { remoteAddress: "192.0.2.2" }))).remoteAddress).toBe(
      "192.0.2.2",
    );
    expect((await asked(client.get("https://other.example/echo/b"))).url).toBe(
      "https://other.example/echo/b",
    );
  });

  it("have what stands before every path", async () => {
    await using client = await testClient(app, { baseUrl: "http://localhost/echo/" });
    expect((await asked(client.get("/a"))).url).toBe("http://localhost/echo/a");
  });

  it("are sent as they are, what a URL would repair too", async () => {
    await using client = await testClient(app);
    expect((await client.get("/echo/%zz")).status).toBe(400);
    expect((await client.get("/echo/a b")).status).toBe(400);
  });

  it("carry json, text and bytes", async () => {
    await using client = await testClient(app);
    const json = await asked(client.post("/echo/a", { json: { a: 1 } }));
    expect([json.text, json.headers["content-type"]]).toEqual(['{"a":1}', "application/json"]);
    expect((await asked(client.post("/echo/a", { json: null }))).text).toBe("null");
    const bytes = new TextEncoder().encode("bytes");
    expect(
      (await asked(client.post("/echo/a", { body: bytes, headers: { "content-type": "text/plain" } }))).text,
    ).toBe("bytes");
  });

  it("carry forms", async () => {
    const forms = new App();
    forms.post(
      "/form",
      endpoint({ input: { name: form(z.string()), tag: form(z.array(z.int())) } }, (values) => values),
    );
    await using client = await testClient(forms);
    const sent = await client.post("/form", { form: { name: "Ada & Bob", tag: [1, 2], none: undefined } });
    expect(await sent.json()).toEqual({ name: "Ada & Bob", tag: [1, 2] });
    expect((await client.request("/form", { form: { name: "x", tag: 1 } })).status).toBe(200);
  });

  it("carry multipart forms, with files of text, bytes, and of their own", async () => {
    const forms = new App();
    forms.post(
      "/form",
      endpoint(
        { input: { name: form(z.string()), one: file(), more: files() } },
        async ({ name, one, more }) => {
          const all = [one, ...more];
          return [
            name,
            ...(await Promise.all(all.map(async (each) => `${each.name} ${each.type} ${await each.text()}`))),
          ];
        },
      ),
    );
    await using client = await testClient(forms);
    const sent = await client.post("/form", {
      multipart: {
        name: "Ada",
        one: { content: "hello", name: "a.txt" },
        more: [
          new TextEncoder().encode("bytes"),
          new File(["<b>"], "b.html", { type: "text/html" }),
          { content: "{}", name: "c.json", type: "application/json" },
        ],
        none: undefined,
      },
    });
    expect(await sent.json()).toEqual([
      "Ada",
      "a.txt text/plain hello",
      "file application/octet-stream bytes",
      "b.html text/html <b>",
      "c.json application/json {}",
    ]);
  });

  it("are given up with their signal", async () => {
    const hanging = new App();
    hanging.get(
      "/",
      endpoint(
        { input: { request: request() } },
        ({ request: { signal } }) =>
          new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason as Error));
          }),
      ),
    );
    await using client = await testClient(hanging);
    const abort = new AbortController();
    const asking = client.get("/", { signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 1);
    await expect(asking).rejects.toThrow("enough");
  });

  it("meet the limits of the application", async () => {
    const small = new App();
    small.use(bodyLimit(10));
    small.post(
      "/",
      endpoint({ input: { text: body(z.string()) } }, ({ text }) => text),
    );
    await using client = await testClient(small);
    expect((await client.post("/", { json: "a long enough text" })).status).toBe(413);
  });
});

describe("cookies", () => {
  const app = new App();
  app.post(
    "/visits",
    endpoint(
      { input: { visits: cookie(z.int().default(0)), response: response() } },
      ({ visits, response }) => {
        response.cookies.set("visits", String(visits + 1), { path: "/visits" });
        return visits;
      },
    ),
  );
  app.get(
    "/",
    endpoint({ input: { cookie: header(z.string().optional()) } }, ({ cookie = "none" }) => cookie),
  );

  it("come back with the next request to their path", async () => {
    await using client = await testClient(app);
    await client.post("/visits");
    expect(await (await client.post("/visits")).json()).toBe(1);
    expect(client.cookies.get("visits", "/visits")).toBe("2");
    expect(await (await client.get("/")).json()).toBe("none");
    await using other = await testClient(app);
    expect(await (await other.post("/visits")).json()).toBe(0);
  });

  it("are put in by hand, for all requests or for one", async () => {
    await using client = await testClient(app);
    client.cookies.set("theme", "dark & bright");
    expect(await (await client.get("/")).json()).toBe("theme=dark%20%26%20bright");
    expect(client.cookies.get("theme")).toBe("dark & bright");
    expect(await (await client.get("/", { cookies: { theme: "light", a: "b" } })).json()).toBe(
      "theme=light; a=b",
    );
    expect(await (await client.get("/", { headers: { cookie: "x=y" } })).json()).toBe(
      "x=y; theme=dark%20%26%20bright",
    );
    client.cookies.delete("theme");
    expect(await (await client.get("/")).json()).toBe("none");
  });
});

describe("redirects", () => {
  const app = new App();
  const seen = endpoint({ input: { request: request() } }, async function seen({ request }) {
    return `${request.method} ${request.url} ${request.headers.get("content-type") ?? "-"}`;
  });
  for (const method of ["GET", "POST", "PUT"] as const) {
    app.add({ method, path: "/seen", endpoint: seen });
    app.add({
      method,
      path: "/go/{status}",
      endpoint: endpoint({ input: { status: path(z.int()), to: query(z.string()) } }, ({ status, to }) =>
        reply.redirect(to, status as 302),
      ),
    });
  }

  it("are the reply unless they are to be followed", async () => {
    await using client = await testClient(app);
    const response = await client.get("/go/302", { query: { to: "/seen" } });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/seen"]);
  });

  it.each([
    [303, "POST", "GET http://localhost/seen -"],
    [302, "POST", "GET http://localhost/seen -"],
    [302, "PUT", "PUT http://localhost/seen application/json"],
    [307, "POST", "POST http://localhost/seen application/json"],
    [308, "PUT", "PUT http://localhost/seen application/json"],
  ])("%i after %s", async (status, method, wanted) => {
    await using client = await testClient(app, { followRedirects: true });
    const response = await client.request(`${method} /go/${status}`, {
      query: { to: "/seen" },
      json: { a: 1 },
    });
    expect(await response.json()).toBe(wanted);
  });

  it("change the scheme, and never the host", async () => {
    await using client = await testClient(app);
    const go = (to: string): Promise<Response> =>
      client.get("/go/302", { query: { to }, followRedirects: true });
    expect(await (await go("https://localhost/seen")).json()).toBe("GET https://localhost/seen -");
    expect((await go("https://accounts.example/sign-in")).status).toBe(302);
  });

  it("end somewhere", async () => {
    await using client = await testClient(app);
    const endless = new App();
    endless.get("/", () => reply.redirect("/"));
    await using round = await testClient(endless, { followRedirects: 3 });
    await expect(round.get("/")).rejects.toThrow("/ was redirected more than 3 times, at last to /");
    const stream = new ReadableStream<Uint8Array>({ start: (to) => to.close() });
    await expect(
      client.post("/go/307", { query: { to: "/seen" }, body: stream, followRedirects: true }),
    ).rejects.toThrow("a body that streams cannot be sent again, to /seen");
  });
});

describe("errors that nothing handled", () => {
  class Broken extends Error {}
  const app = new App({ logger: silent });
  const broken = (): never => {
    throw new Broken("the cause");
  };
  app.get("/broken", endpoint({}, broken));
  app.get("/refused", () => HttpError.throw(503, "Later"));
  app.get(
    "/output",
    endpoint({ output: z.object({ n: z.int() }), name: "output" }, () => ({ n: 1.5 })),
  );
  app.get(
    "/task",
    endpoint({ input: { response: response() }, name: "task" }, ({ response }) => response.after(broken)),
  );
  const cleaned = dependency({}, function* cleaned() {
    yield 1;
    throw new Broken("in the clean-up");
  });
  app.get(
    "/cleanup",
    endpoint({ input: { cleaned }, name: "cleanup" }, ({ cleaned }) => cleaned),
  );
  app.get(
    "/text",
    endpoint({ name: "text" }, () => {
      // oxlint-disable-next-line no-throw-literal
      throw "only text";
    }),
  );

  it("are thrown as they are", async () => {
    await using client = await testClient(app);
    await expect(client.get("/broken")).rejects.toThrow(Broken);
    await expect(client.get("/broken")).rejects.toMatchObject({
      stack: expect.stringContaining("test-client.test.ts") as string,
    });
    await expect(client.get("/output")).rejects.toThrow("the result is not what output says");
    await expect(client.get("/task")).rejects.toThrow("the cause");
    await expect(client.get("/cleanup")).rejects.toThrow("in the clean-up");
    await expect(client.get("/text")).rejects.toMatchObject({ cause: "only text" });
  });

  it("are replies where the application meant them", async () => {
    await using client = await testClient(app);
    expect((await client.get("/refused")).status).toBe(503);
  });

  it("are a 500 and a line of the log on demand", async () => {
    const logged: unknown[] = [];
    const logging = new App({
      logger: { error: (_, error) => void logged.push(error), warn: () => undefined },
    });
    logging.get("/broken", endpoint({}, broken));
    await using client = await testClient(logging, { throwErrors: false });
    expect((await client.get("/broken")).status).toBe(500);
    expect(logged).toEqual([expect.any(Broken)]);
    await expect(client.get("/broken", { throwErrors: true })).rejects.toThrow(Broken);
    expect(logged).toHaveLength(1);
  });

  it("are thrown from mounted applications as well", async () => {
    const outer = new App();
    outer.mount("/inner", app);
    await using client = await testClient(outer);
    await expect(client.get("/inner/broken")).rejects.toThrow("the cause");
  });

  it("leave nothing behind for the next request", async () => {
    await using client = await testClient(app);
    await expect(client.get("/broken")).rejects.toThrow(Broken);
    expect((await client.get("/refused")).status).toBe(503);
  });
});

describe("what follows a reply", () => {
  it("is done when the reply is there", async () => {
    const log: string[] = [];
    const app = new App();
    const cleaned = dependency({}, async function* cleaned() {
      yield 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push("cleaned up");
    });
    app.get(
      "/",
      endpoint({ input: { cleaned, response: response() } }, ({ response }) => {
        response.after(async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          log.push("task");
        });
      }),
    );
    await using client = await testClient(app);
    await client.get("/");
    expect(log).toEqual(["task", "cleaned up"]);
  });

  it("is not waited for where the reply streams", async () => {
    const app = new App({ logger: silent });
    let isClosed = false;
    app.get("/", () =>
      reply.stream(
        (async function* () {
          try {
            for (let i = 0; ; i++) yield `${i}\n`;
          } finally {
            isClosed = true;
          }
        })(),
        { type: "text/plain" } as never,
      ),
    );
    await using client = await testClient(app);
    const response = await client.get("/");
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("0\n");
    await reader.cancel();
    await expect.poll(() => isClosed).toBe(true);
  });
});

describe("override", () => {
  const currentUser = dependency({}, function currentUser(): { name: string } {
    return HttpError.throw(401);
  });
  const clock = dependency({}, () => new Date(0));
  const app = new App();
  app.get(
    "/",
    endpoint(
      { input: { user: currentUser, now: clock } },
      ({ user, now }) => `${user.name} ${now.getUTCFullYear()}`,
    ),
  );

  it("holds within its block, also of several", async () => {
    await using client = await testClient(app);
    {
      using _ = client
        .override(currentUser, () => ({ name: "Ada" }))
        .and(clock, () => new Date("2026-06-01"));
      expect(await (await client.get("/")).json()).toBe("Ada 2026");
      {
        using _inner = client.override(currentUser, () => ({ name: "Bob" }));
        expect(await (await client.get("/")).json()).toBe("Bob 2026");
      }
      expect(await (await client.get("/")).json()).toBe("Ada 2026");
    }
    expect((await client.get("/")).status).toBe(401);
  });

  it("is undone with the client", async () => {
    {
      await using client = await testClient(app);
      client.override(currentUser, () => ({ name: "Ada" }));
      expect((await client.get("/")).status).toBe(200);
    }
    await using client = await testClient(app);
    expect((await client.get("/")).status).toBe(401);
  });

  it("takes what the dependency gives, and nothing else", async () => {
    await using client = await testClient(app);
    // @ts-expect-error: Type 'string' is not assignable to type 'number' … 'name'
    client.override(currentUser, () => ({ name: 1 }));
    expectTypeOf(client.override(clock, () => new Date())).toHaveProperty("and");
  });
});

describe("the typed client", () => {
  it("asks through the client of the test, with its cookies", async () => {
    const visit = endpoint(
      { input: { visits: cookie(z.int().default(0)), response: response() }, output: z.int() },
      function visit({ visits, response }) {
        response.cookies.set("visits", String(visits + 1));
        return visits;
      },
    );
    const app = new App();
    const api = { visit: app.route(visit, { "POST /visits": {} }) };
    await using client = await testClient(app);
    const typed = createClient(api, { app: client });
    expect([await typed.visit(), await typed.visit()]).toEqual([0, 1]);
  });
});
