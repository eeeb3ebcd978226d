// Every example does what its document says: requests that are made up from it, right ones and wrong ones, each time others.
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { App } from "waymark";
import { fuzzContract, type FuzzOptions, type FuzzReport } from "waymark/testing";

const EXAMPLES = new URL("../../examples/", import.meta.url);
const RUNS = 100;

/** Ada's token, got once. */
async function tokenOf(app: App): Promise<string> {
  const form = {
    grant_type: "password",
    username: "ada",
    password: "analytical",
    scope: "notes:read notes:write",
  };
  const signedIn = await app.request("POST /token", { body: new URLSearchParams(form) });
  return ((await signedIn.json()) as { access_token: string }).access_token;
}

/** A session of Ada's, as a browser of the site has it. */
async function sessionOf(app: App): Promise<Record<string, string>> {
  const origin = "https://app.example.com";
  const json = { username: "ada", password: "analytical" };
  const signedIn = await app.request("POST /session", { json, headers: { origin } });
  return { origin, cookie: signedIn.headers.get("set-cookie")!.split(";")[0]! };
}

type Known = FuzzOptions | readonly FuzzOptions[];
/** What exists in an example, and who may ask for it; several for several documents. */
const KNOWN: Readonly<Record<string, Known | ((app: App) => Known | Promise<Known>)>> = {
  "items-and-products/app.ts": { values: { itemId: ["1"], productId: ["1"] } },
  "admin-and-user/app.ts": { credentials: { bearer: "ada-token" } },
  "versions/app.ts": (app) =>
    [{ version: "1" }, { version: "2" }, { version: "2", document: "internal" }].map((name) => ({
      document: app.openapi(name),
      fixed: { "Api-Version": name.version },
      values: { id: ["1"] },
      credentials: { basic: { username: "ada", password: "analytical" } },
    })),
  "single-page-app/app.ts": { values: { placeId: ["harbour"] } },
  "sign-in/app.ts": async (app) => ({
    credentials: { oauth2: await tokenOf(app) },
    values: { "token.body": [{ grant_type: "password", username: "ada", password: "analytical" }] },
  }),
  "guarded-api/app.ts": async (app) => ({
    headers: await sessionOf(app),
    values: { "signIn.body": [{ username: "ada", password: "analytical" }] },
    // Each request from somebody else, so that nobody asks too often.
    remoteAddress: () => `192.0.2.${Math.floor(Math.random() * 250)}`,
    undocumented: [429],
  }),
  "live-prices/app.ts": { values: { symbol: ["COMP", "MAPS"] } },
  "typed-client/app.ts": { credentials: { bearer: "ada" }, values: { id: [1, 2], memo: [1, 2] } },
  "configured-app/app.ts": { values: { parcelId: ["1"] } },
  "catalogue/app.ts": {
    credentials: { bearer: "ada-token" },
    values: { productId: ["1", "2", "3"], itemId: ["1"], number: ["1"] },
  },
};

/** An example is a folder with an app.ts, or with several applications. */
const files = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^\.|node_modules/.test(entry.name))
  .flatMap(({ name }) =>
    existsSync(new URL(`${name}/app.ts`, EXAMPLES))
      ? [`${name}/app.ts`]
      : readdirSync(new URL(name, EXAMPLES))
          .filter((file) => file.endsWith(".ts"))
          .map((file) => `${name}/${file}`),
  );

const reports: FuzzReport[] = [];

describe("the examples", () => {
  it("are all there", () => {
    expect(files.length).toBeGreaterThanOrEqual(18);
    expect(Object.keys(KNOWN).filter((file) => !files.includes(file))).toEqual([]);
  });

  it.each(files)("%s does what its document says", { timeout: 120_000 }, async (file) => {
    const { default: app } = (await import(fileURLToPath(new URL(file, EXAMPLES)))) as { default: App };
    const known = KNOWN[file];
    const options = typeof known === "function" ? await known(app) : known;
    for (const each of [options ?? {}].flat())
      expectWhole(file, await fuzzContract(app, { runs: RUNS, ...each }));
  });

  function expectWhole(file: string, report: FuzzReport): void {
    reports.push(report);
    for (const { operation, valid, invalid, statuses } of report.operations) {
      expect(valid + invalid, `${file} ${operation}`).toBeGreaterThanOrEqual(RUNS);
      // Otherwise nothing was seen of what it does.
      expect(
        Object.keys(statuses).filter((status) => /^[23]/.test(status)),
        operation,
      ).not.toEqual([]);
    }
    expect(report.skipped.filter(({ operation }) => !operation.startsWith("WEBSOCKET"))).toEqual([]);
  }

  afterAll(() => {
    const operations = reports.reduce((sum, report) => sum + report.operations.length, 0);
    const cases = reports.reduce((sum, report) => sum + report.cases, 0);
    console.log(`contract fuzz: ${files.length} examples, ${operations} operations, ${cases} requests`);
  });
});
