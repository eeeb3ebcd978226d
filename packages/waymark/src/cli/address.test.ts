import { describe, expect, it } from "vitest";
import { describeAddresses, asListenError, ListenError, parseAddress } from "./address.ts";

describe("parseAddress", () => {
  it.each([
    [{}, {}, { port: 8000, host: "127.0.0.1" }],
    [{ port: "0" }, { PORT: "9" }, { port: 0, host: "127.0.0.1" }],
    [{}, { PORT: "9000" }, { port: 9000, host: "127.0.0.1" }],
    [{}, { PORT: "" }, { port: 8000, host: "127.0.0.1" }],
    [{ port: "65535", host: "::" }, {}, { port: 65_535, host: "::" }],
  ])("of %j and %j", (values, environment, expected) => {
    expect(parseAddress(values, environment)).toEqual(expected);
  });

  it("takes what stands before every path", () => {
    expect(parseAddress({ "root-path": "/shop" }, {})).toMatchObject({ rootPath: "/shop" });
    expect(() => parseAddress({ "root-path": "shop/" }, {})).toThrow(
      '--root-path "shop/" cannot stand before every path.',
    );
  });

  it.each(["", "65536", "-1", "1e3", "80x", " 80"])("refuses port %j", (port) => {
    expect(() => parseAddress({ port }, {})).toThrow(`--port ${JSON.stringify(port)} is not a port.`);
  });

  it("names the variable that is wrong", () => {
    expect(() => parseAddress({}, { PORT: "http" })).toThrow('PORT "http" is not a port.');
  });
});

describe("asListenError", () => {
  const explain = (code: string, port = 8000): unknown =>
    asListenError(Object.assign(new Error("listen"), { code }), { port, host: "10.0.0.9" });

  it("offers the next port", () => {
    expect(explain("EADDRINUSE")).toMatchObject({
      message: "Port 8000 on 10.0.0.9 is taken by another program.",
      hint: "Stop that one, or take another port: --port 8001",
    });
    expect(explain("EADDRINUSE", 65_535)).toMatchObject({
      hint: "Stop that one, or take another port: --port 0",
    });
  });

  it.each(["EACCES", "EADDRNOTAVAIL", "ENOTFOUND"])("knows %s", (code) => {
    expect(explain(code)).toBeInstanceOf(ListenError);
  });

  it("leaves other errors as they are", () => {
    const error = new Error("of the application");
    expect(asListenError(error, { port: 1, host: "" })).toBe(error);
    expect(asListenError("text", { port: 1, host: "" })).toBe("text");
  });
});

describe("describeAddresses", () => {
  it("has a line for each page that is on", () => {
    expect(describeAddresses("http://127.0.0.1:8000", { docs: "/docs", openapi: "/openapi.json" })).toBe(
      [
        "  API         http://127.0.0.1:8000",
        "  Swagger UI  http://127.0.0.1:8000/docs",
        "  OpenAPI     http://127.0.0.1:8000/openapi.json",
        "",
      ].join("\n"),
    );
  });

  it.each([
    ["http://0.0.0.0:8000", "http://localhost:8000"],
    ["http://[::]:8000/", "http://localhost:8000"],
    ["http://[::1]:8000", "http://[::1]:8000"],
    ["https://0.0.0.0", "https://localhost"],
  ])("turns %s into %s, which a browser can open", (url, shown) => {
    expect(describeAddresses(url, {})).toBe(`  API         ${shown}\n`);
  });
});
