import { describe, expect, it } from "vitest";
import { parseSource } from "../documents/source-file.ts";
import { compiledOf, texts } from "./compile.fixture.ts";

function mistakesOf(server: string, base: string, allowHosts: readonly string[] = []): string[] {
  const text = `openapi: 3.1.0\ninfo: { title: A, version: "1" }\nservers: [{ url: "${server}" }]\npaths: {}\n`;
  const document = { main: parseSource(text, base, base), siblings: new Map(), overlays: [] };
  return texts(compiledOf({ a: document }, { services: { a: { allowHosts } } }).mistakes);
}

describe("a document from the network", () => {
  const base = "https://specs.example.com/a.yaml";
  const inside = [
    "http://127.0.0.1:3000",
    "http://localhost",
    "http://api.localhost:80",
    "http://metadata.google.internal",
    "http://169.254.169.254/latest",
    "http://10.1.2.3",
    "http://192.168.0.1",
    "http://172.16.0.1",
    "http://100.64.0.1",
    "http://0.0.0.0",
    "http://2130706433",
    "http://0x7f.1",
    "http://0177.0.0.1",
    "http://[::1]:80",
    "http://[::ffff:127.0.0.1]",
    "http://[fd00::1]",
    "http://[fe80::1]",
    "http://[::]",
    "http://127.1",
    "http://localhost.",
  ];

  it.each(inside)("does not lead to %s", (server) => {
    expect(mistakesOf(server, base)).toEqual([
      `${base}:3: '${server}' is an address of this machine or its network. List its host under \`allowHosts\` of the service if it is meant. [GW105]`,
    ]);
  });

  it("leads to public addresses, to its own host, and to what is allowed", () => {
    expect(mistakesOf("https://api.example.com", base)).toEqual([]);
    expect(mistakesOf("https://8.8.8.8", base)).toEqual([]);
    expect(mistakesOf("http://10.0.0.5:3000", "http://10.0.0.5:3000/openapi.json")).toEqual([]);
    expect(mistakesOf("http://10.0.0.6", base, ["10.0.0.6"])).toEqual([]);
  });

  it("is told apart from a file, which the operator wrote or took over", () => {
    expect(mistakesOf("http://127.0.0.1:3000", "/specs/a.yaml")).toEqual([]);
  });
});
