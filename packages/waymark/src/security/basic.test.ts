import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appOf, ask } from "./asking.fixture.ts";
import { basic, basicCredentials } from "./basic.ts";

const encode = (text: string): string => Buffer.from(text).toString("base64");
const read = (text: string) => {
  const found = basicCredentials(`Basic ${encode(text)}`);
  return found && [found.username, found.password];
};

describe("basic", () => {
  it("finds name and password, in UTF-8; the password may have colons in it", () => {
    expect(read("ada:open")).toEqual(["ada", "open"]);
    expect(read("ada:a:b:")).toEqual(["ada", "a:b:"]);
    expect(read("żółć:пароль🔑")).toEqual(["żółć", "пароль🔑"]);
    expect(read(":")).toEqual(["", ""]);
    expect(basicCredentials(`bAsIc   ${encode("a:b")}`)?.username).toBe("a");
  });

  it("finds every pair that RFC 7617 has", () => {
    const word = fc.string({ unit: "grapheme" }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(
        word.filter((name) => !name.includes(":")),
        word,
        (username, password) => {
          expect(read(`${username}:${password}`)).toEqual([username, password]);
        },
      ),
    );
  });

  it("asks for them with its realm, and the character set", async () => {
    const app = appOf(basic({ realm: 'The "back" office' }));
    expect(await ask(app)).toMatchObject({
      status: 401,
      challenge: 'Basic realm="The \\"back\\" office", charset="UTF-8"',
    });
    expect((await ask(app, { authorization: "Bearer abc" })).status).toBe(401);
    expect((await ask(appOf(basic({ optional: true })))).body).toEqual({ found: null });
  });

  it.each([
    "Basic",
    "Basic ",
    "Basic YTpi!",
    "Basic YTpi YTpi",
    "Basic YTp i",
    "Basic YTpiYQ",
    `Basic ${encode("no colon")}`,
    `Basic ${encode("a:b\u0000")}`,
    `Basic ${encode("a\n:b")}`,
    `Basic ${Buffer.from([0x61, 0x3a, 0xff]).toString("base64")}`,
    "Basic =",
    "Basic ====",
  ])("refuses %j", async (authorization) => {
    for (const app of [appOf(basic()), appOf(basic({ optional: true }))])
      expect(await ask(app, { authorization })).toMatchObject({
        status: 401,
        challenge: 'Basic realm="Restricted", charset="UTF-8"',
        body: { detail: "The credentials are malformed" },
      });
  });

  it("prints no password", () => {
    const found = basicCredentials(`Basic ${encode("ada:hunter2")}`)!;
    expect([inspect(found, { showHidden: true }), JSON.stringify(found)].join()).not.toContain("hunter2");
    expect(JSON.stringify(found)).toBe('{"username":"ada","password":"***"}');
  });

  it("takes no realm that a header cannot carry", () => {
    expect(() => basic({ realm: "a\r\nb" })).toThrow("must be printable ASCII");
    expect(() => basic({ realm: "" })).toThrow(TypeError);
  });
});
