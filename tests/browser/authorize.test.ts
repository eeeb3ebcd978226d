// "Authorize" of Swagger UI against running applications: what a person does to get a token, and what is sent with it.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { App, dependency, endpoint, HttpError, serve, type Running } from "waymark";
import { apiKey, basic, oauth2, pkceMatches, secretEquals, signJwt, tokenEndpoint } from "waymark/security";
import signIn from "../../examples/sign-in/app.ts";
import {
  hasBrowser,
  launchBrowser,
  openPage,
  saveScreenshot,
  type OpenedPage,
} from "../../packages/waymark/src/docs/browser.fixture.ts";
import { openDialog, operation, told, tryOut } from "./swagger-ui.ts";

const secret = "s".repeat(32);

describe.skipIf(!hasBrowser)("Authorize", { timeout: 60_000 }, () => {
  let browser: Browser;
  const closing: (() => unknown)[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  const open = async (app: App): Promise<OpenedPage & { running: Running }> => {
    const running = await serve(app, { port: 0, signals: false });
    closing.push(() => running.close());
    const opened = await openPage(browser, `${running.url}/docs`);
    closing.push(() => opened.page.close());
    await opened.page.waitForSelector(".opblock-summary");
    return { ...opened, running };
  };

  it("gets a token for a name and a password, and sends it", async () => {
    const { page, complaints, outside } = await open(signIn);
    const dialog = await openDialog(page);
    await dialog.locator("#oauth_username").fill("bob");
    await dialog.locator("#oauth_password").fill("builder");
    await dialog.getByText("select all", { exact: true }).click();
    await saveScreenshot(page, "authorize-password");
    await dialog.getByRole("button", { name: "Apply given OAuth2 credentials" }).click();
    await dialog.getByRole("button", { name: "Remove authorization" }).waitFor();
    await saveScreenshot(page, "authorize-password-done");
    await dialog.getByRole("button", { name: "Close" }).click();
    const read = await tryOut(operation(page, "get", "/notes"));
    expect([read.status, read.body]).toEqual(["200", [{ by: "Bob", text: "A note of Bob's" }]]);
    expect(told(complaints)).toEqual([]);
    const refused = await tryOut(operation(page, "post", "/notes"));
    expect([refused.status, refused.body]).toEqual([
      "403",
      expect.objectContaining({ detail: expect.stringContaining("notes:write") }),
    ]);
    await saveScreenshot(page, "authorize-password-used");
    expect(outside).toEqual([]);
  });

  it("tells of a wrong password", async () => {
    const { page, outside } = await open(signIn);
    const dialog = await openDialog(page);
    await dialog.locator("#oauth_username").fill("bob");
    await dialog.locator("#oauth_password").fill("wrong");
    await dialog.getByRole("button", { name: "Apply given OAuth2 credentials" }).click();
    await dialog.getByText("invalid_grant").waitFor();
    await saveScreenshot(page, "authorize-password-refused");
    expect(outside).toEqual([]);
  });

  it("gets a code at an authorization server elsewhere, with PKCE, and a token for it", async () => {
    const server = await AuthorizationServer.start();
    closing.push(() => server.close());
    const token = oauth2({
      flows: {
        authorizationCode: {
          authorizationUrl: `${server.url}/authorize`,
          tokenUrl: `${server.url}/token`,
          scopes: { "me:read": "Read who you are" },
        },
      },
      jwt: { secret },
    });
    const app = new App({ docs: { oauth: { clientId: "docs", scopes: ["me:read"] } } });
    const me = endpoint({ input: { token } }, function me({ token: { sub } }) {
      return { sub };
    });
    app.get("/me", me, { scopes: ["me:read"] });
    const { page, complaints, outside, running } = await open(app);
    const dialog = await openDialog(page);
    const popup = page.waitForEvent("popup");
    await saveScreenshot(page, "authorize-code");
    await dialog.getByRole("button", { name: "Apply given OAuth2 credentials" }).click();
    const window = await popup;
    await window.getByRole("button", { name: "Allow" }).click();
    await dialog.getByRole("button", { name: "Remove authorization" }).waitFor();
    await saveScreenshot(page, "authorize-code-done");
    await dialog.getByRole("button", { name: "Close" }).click();
    const read = await tryOut(operation(page, "get", "/me"));
    expect([read.status, read.body]).toEqual(["200", { sub: "grace" }]);
    expect(server.asked.get("redirect_uri")).toBe(`${running.url}/docs/oauth2-redirect.html`);
    expect(server.asked.get("code_challenge_method")).toBe("S256");
    expect([server.asked.get("client_id"), server.asked.get("scope")]).toEqual(["docs", "me:read"]);
    expect(told(complaints)).toEqual([]);
    expect(new Set(outside)).toEqual(new Set([`${server.url}/token`]));
  });

  it("sends a key, and a name with a password", async () => {
    const machine = dependency({ input: { key: apiKey({ in: "header", name: "X-API-Key" }) } }, ({ key }) =>
      secretEquals(key, "k1") ? "machine" : HttpError.throw(401),
    );
    const query = dependency({ input: { key: apiKey({ in: "query", name: "key" }) } }, ({ key }) => key);
    const person = dependency({ input: { login: basic() } }, ({ login: { username, password } }) =>
      secretEquals(password, "p:ss") ? username : HttpError.throw(401),
    );
    const app = new App();
    app.get(
      "/machine",
      endpoint({ input: { who: machine } }, ({ who }) => ({ who })),
    );
    app.get(
      "/query",
      endpoint({ input: { who: query } }, ({ who }) => ({ who })),
    );
    app.get(
      "/person",
      endpoint({ input: { who: person } }, ({ who }) => ({ who })),
    );
    const { page, complaints, outside } = await open(app);
    const dialog = await openDialog(page);
    const scheme = (name: string): Locator =>
      dialog.locator(".auth-container").filter({ has: page.locator("h4", { hasText: name }) });
    await scheme("X-API-Key").locator("input").fill("k1");
    await scheme("X-API-Key").getByRole("button", { name: "Apply credentials" }).click();
    await scheme("key (apiKey)").locator("input").fill("k 2&");
    await scheme("key (apiKey)").getByRole("button", { name: "Apply credentials" }).click();
    await scheme("basic").locator("input").nth(0).fill("ada");
    await scheme("basic").locator("input").nth(1).fill("p:ss");
    await scheme("basic").getByRole("button", { name: "Apply credentials" }).click();
    await saveScreenshot(page, "authorize-keys");
    await dialog.getByRole("button", { name: "Close" }).first().click();
    expect((await tryOut(operation(page, "get", "/machine"))).body).toEqual({ who: "machine" });
    expect((await tryOut(operation(page, "get", "/query"))).body).toEqual({ who: "k 2&" });
    expect((await tryOut(operation(page, "get", "/person"))).body).toEqual({ who: "ada" });
    expect(told(complaints)).toEqual([]);
    expect(outside).toEqual([]);
  });
});

/** An authorization server as far as one client needs it: a page with a button, and a token endpoint for other origins. */
class AuthorizationServer {
  readonly #server: Server;
  /** What came with the person. */
  asked = new URLSearchParams();

  private constructor(tokens: App) {
    this.#server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", this.url);
      if (pathname === "/authorize") {
        this.asked = searchParams;
        const back = new URL(searchParams.get("redirect_uri")!);
        back.search = new URLSearchParams({ code: "c1", state: searchParams.get("state")! }).toString();
        response.writeHead(200, { "content-type": "text/html" });
        response.end(
          `<form action="/allow"><button name="to" value="${back.href.replaceAll("&", "&amp;")}">Allow</button></form>`,
        );
      } else if (pathname === "/allow") {
        response.writeHead(303, { location: searchParams.get("to")! }).end();
      } else void this.#token(tokens, request, response);
    });
  }

  async #token(
    tokens: App,
    ...[request, response]: Parameters<Parameters<typeof createServer>[1] & {}>
  ): Promise<void> {
    const headers = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "authorization, x-requested-with",
    };
    if (request.method === "OPTIONS") return void response.writeHead(204, headers).end();
    let body = "";
    for await (const piece of request) body += String(piece);
    const { "content-type": type = "", authorization } = request.headers;
    const reply = await tokens.request("/token", {
      method: "POST",
      headers: { "content-type": type, ...(authorization === undefined ? {} : { authorization }) },
      body,
    });
    response.writeHead(reply.status, { ...Object.fromEntries(reply.headers), ...headers });
    response.end(await reply.text());
  }

  static async start(): Promise<AuthorizationServer> {
    const tokens = new App();
    tokens.post(
      "/token",
      tokenEndpoint({
        // a public client, as every page in a browser is
        client: ({ id, secret: shown }) => (id === "docs" && shown === undefined ? { id } : undefined),
        authorizationCode: async ({ code, codeVerifier, clientId, redirectUri }) => {
          const { asked } = server;
          const isSame =
            code === "c1" && clientId === asked.get("client_id") && redirectUri === asked.get("redirect_uri");
          if (!isSame || !(await pkceMatches(codeVerifier, asked.get("code_challenge") ?? "")))
            return undefined;
          const scope = asked.get("scope") ?? "";
          return { accessToken: await signJwt({ sub: "grace", scope }, { secret, expiresIn: 60 }) };
        },
      }),
    );
    const server = new AuthorizationServer(tokens);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
