import { App, body, cookie, dependency, endpoint, header, path, query, request, response } from "waymark";
import { bearer } from "waymark/security";
import { expect, it } from "vitest";
import { z } from "zod";

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.random() * 4));

// Thousands of requests on one route, each asleep again and again while the others go on: none sees a word of another.
it(
  "keeps interleaved requests apart, whatever they read and wherever they wait",
  { timeout: 30_000 },
  async () => {
    const user = dependency({ input: { token: bearer() } }, async ({ token }) => {
      await pause();
      return { token };
    });
    const session = dependency({ input: { user, tab: cookie(z.string()) } }, async function* ({ user, tab }) {
      await pause();
      yield `${user.token} ${tab}`;
      await pause();
    });
    const text = z.string();
    const everything = endpoint(
      {
        input: {
          id: path(text),
          rest: path(text),
          q: query(z.string().refine(async () => (await pause(), true))),
          xOwn: header(text),
          sent: body(z.object({ own: text })),
          user,
          session,
          request: request(),
          response: response(),
        },
      },
      async function everything({ id, rest, q, xOwn, sent, user, session, request, response }) {
        response.headers.set("x-own", xOwn);
        await pause();
        return [id, rest, q, sent.own, user.token, session, request.path, response.headers.get("x-own")];
      },
    );
    const app = new App();
    app.post("/one/{id}/of/{rest:path}", everything);
    const ask = async (n: string): Promise<void> => {
      const answer = await app.request(`POST /one/${n}/of/a/${n}?q=${n}`, {
        headers: { authorization: `Bearer ${n}`, "x-own": n },
        cookies: { tab: n },
        json: { own: n },
      });
      expect(answer.headers.get("x-own")).toBe(n);
      expect(await answer.json()).toEqual([n, `a/${n}`, n, n, n, `${n} ${n}`, `/one/${n}/of/a/${n}`, n]);
    };
    await Promise.all(Array.from({ length: 2000 }, (_, i) => ask(`n${i}`)));
  },
);
