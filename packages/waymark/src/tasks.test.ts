import { describe, expect, it } from "vitest";
import { App } from "./app.ts";
import { dependency } from "./dependency.ts";
import { endpoint } from "./endpoint.ts";
import { HttpError } from "./http/http-error.ts";
import { reply } from "./http/reply.ts";
import { response } from "./inputs/response.ts";
import { requestId } from "./middleware/request-id.ts";
import { serve, type ServerName } from "./server/serve.ts";

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.each<ServerName>(["wire", "node-http"])("tasks after the reply, on %s", (server) => {
  it("are waited for by a stop, before what lives with the application is cleaned up", async () => {
    const log: string[] = [];
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    const database = dependency({ scope: "app" }, function* () {
      yield "db";
      log.push("disconnect");
    });
    const app = new App();
    app.get(
      "/",
      endpoint({ input: { res: response(), db: database } }, ({ res }) => {
        res.after(async () => {
          await released;
          log.push("first");
        });
        res.after(() => log.push("second"));
        return "replied";
      }),
    );
    const running = await serve(app, { port: 0, signals: false, server });
    expect(await (await fetch(running.url)).json()).toBe("replied");
    const closed = running.close();
    await pause(10);
    expect(log).toEqual([]);
    release();
    await closed;
    expect(log).toEqual(["first", "second", "disconnect"]);
  });

  it("are not waited for longer than a stop may take", async () => {
    const app = new App();
    let isDone = false;
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    app.get(
      "/",
      endpoint({ input: { res: response() } }, ({ res }) => {
        res.after(() => released.then(() => (isDone = true)));
        return 1;
      }),
    );
    const running = await serve(app, { port: 0, signals: false, server, shutdownTimeout: 50 });
    await (await fetch(running.url)).text();
    await running.close();
    expect(isDone).toBe(false);
    release();
  });
});

describe("tasks after the reply", () => {
  it("may come from dependencies, and run after a stream has ended", async () => {
    const log: string[] = [];
    const audit = dependency({ input: { res: response() } }, ({ res }) => res.after(() => log.push("audit")));
    const app = new App({ dependencies: [audit] });
    app.get(
      "/",
      endpoint({ input: { res: response() } }, ({ res }) => {
        res.after(() => log.push("own"));
        return reply.stream(
          (async function* () {
            yield "a";
            log.push("streaming");
            yield "b";
          })(),
        );
      }),
    );
    expect(await (await app.request("/")).text()).toBe("ab");
    await pause(0);
    expect(log).toEqual(["streaming", "audit", "own"]);
  });

  it("that fail are logged with the request's id, and the next one runs", async () => {
    const said: unknown[][] = [];
    const log: string[] = [];
    const app = new App({ logger: { error: (...each) => said.push(each), warn: () => undefined } });
    app.use(requestId());
    const failure = new Error("no mail");
    app.get(
      "/",
      endpoint({ input: { res: response() } }, ({ res }) => {
        res.after(() => Promise.reject(failure));
        res.after(() => log.push("next"));
        return 1;
      }),
    );
    const answer = await app.request("/");
    await answer.text();
    await pause(0);
    const id = answer.headers.get("x-request-id");
    expect(said).toEqual([[`GET /: [${id}] a task of response().after() failed`, failure]]);
    expect(log).toEqual(["next"]);
  });

  it("of a request that fails do not run", async () => {
    const log: string[] = [];
    const app = new App();
    app.get(
      "/",
      endpoint({ input: { res: response() } }, ({ res }) => {
        res.after(() => log.push("never"));
        throw new HttpError(409);
      }),
    );
    expect((await app.request("/")).status).toBe(409);
    await pause(0);
    expect(log).toEqual([]);
  });
});
