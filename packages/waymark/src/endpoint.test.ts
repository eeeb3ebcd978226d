import { describe, expect, it } from "vitest";
import { z } from "zod";
import { endpoint, endpointOf } from "./endpoint.ts";
import { path } from "./inputs/path.ts";
import { query } from "./inputs/query.ts";

const contract = { summary: "Read an item", input: { itemId: path(z.string()), limit: query(z.int()) } };

describe("an endpoint", () => {
  it("is called like the function it is", async () => {
    const readItem = endpoint(contract, ({ itemId, limit }) => ({ itemId, limit }));
    expect(await readItem({ itemId: "1", limit: 10 })).toEqual({ itemId: "1", limit: 10 });
  });

  it("throws what its function throws", () => {
    const fail = endpoint({}, () => {
      throw new RangeError("too far");
    });
    expect(() => fail({})).toThrow(RangeError);
  });

  it("carries its contract, and its function's name", () => {
    const made = endpoint(contract, function readItem({ itemId }) {
      return itemId;
    });
    expect(made.contract).toBe(contract);
    expect(made.name).toBe("readItem");
  });

  it("is named by its contract first", () => {
    expect(endpoint({ name: "getItem" }, function readItem() {}).name).toBe("getItem");
    expect(endpoint({}, () => 1).name).toBe("");
  });

  it("leaves its function alone, so that two contracts may share it", () => {
    const read = (): number => 1;
    const [first, second] = [endpoint({ summary: "One" }, read), endpoint({ summary: "Two" }, read)];
    expect([first.contract.summary, second.contract.summary]).toEqual(["One", "Two"]);
    expect(Object.keys(read)).toEqual([]);
  });
});

describe("a bare function", () => {
  it("is an endpoint without inputs, of the same name", () => {
    const ping = (): string => "pong";
    const made = endpointOf(ping);
    expect([made.name, made.contract, made["~endpoint"]]).toEqual(["ping", {}, true]);
    expect(made({})).toBe("pong");
  });

  it("is the same endpoint wherever it is used", () => {
    const ping = (): string => "pong";
    expect(endpointOf(ping)).toBe(endpointOf(ping));
    expect(endpointOf(() => "pong")).not.toBe(endpointOf(() => "pong"));
  });

  it("that is an endpoint already stays as it is", () => {
    const made = endpoint({}, () => 1);
    expect(endpointOf(made)).toBe(made);
  });
});
