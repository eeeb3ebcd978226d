import { describe, expect, it } from "vitest";
import { App, StartUpError, type AppOptions } from "./index.ts";
import { checkAppOptions } from "./app-options.ts";

const told = (options: unknown): string[] =>
  checkAppOptions(options as AppOptions).map(({ code, message }) => `${code} ${message}`);

describe("the options of an app", () => {
  it("may be any that exist", () => {
    expect(
      told({ title: "Shop", docs: false, limits: { body: 0, requestTimeout: Infinity }, dev: true }),
    ).toEqual([]);
  });

  it("are told of when misspelt, limits too", () => {
    expect(told({ titel: "Shop", limits: { bodi: 1 } })).toEqual([
      "WM402 'titel' is not an option of an app: did you mean 'title'?",
      "WM402 'bodi' is not an option of limits: did you mean 'body'?",
    ]);
  });

  it.each([
    ["2mb", 'the text "2mb"'],
    [-1, "the number -1"],
    [Number.NaN, "the number NaN"],
    [undefined, "undefined"],
  ])("hold no limit that would be none: %s", (body, shown) => {
    expect(told({ limits: { body } })).toEqual([
      `WM410 limits.body must be a number of 0 or more, not ${shown}`,
    ]);
  });

  it("know the versions of OpenAPI that can be written", () => {
    expect(told({ openapiVersion: "3.2.0" })).toEqual([]);
    expect(told({ openapiVersion: "3.2" })).toEqual([
      'WM416 openapiVersion is the text "3.2", which is none that can be written',
    ]);
  });

  it("stop the start, together with what is wrong with the routes", async () => {
    const app = new App({ titel: "Shop" } as AppOptions<never>);
    app.add({ method: "GTE", path: "/", endpoint: () => 1 });
    const error = await app.start().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StartUpError);
    expect((error as StartUpError).mistakes.map(({ code }) => code)).toEqual(["WM402", "WM101"]);
  });
});
