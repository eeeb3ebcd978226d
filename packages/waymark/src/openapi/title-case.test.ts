import { describe, expect, it } from "vitest";
import { pascalCase, titleCase } from "./title-case.ts";

describe("titleCase", () => {
  it.each([
    ["readProduct", "Read Product"],
    ["read_product", "Read Product"],
    ["get_items_by_itemId", "Get Items By Item Id"],
    ["parseHTTPUrl", "Parse HTTP Url"],
    ["v2Items", "V2 Items"],
    ["ping", "Ping"],
    ["élanVital", "Élan Vital"],
    ["", ""],
  ])("writes %j as %j", (name, title) => {
    expect(titleCase(name)).toBe(title);
  });

  it("makes one word of it for a component", () => {
    expect(pascalCase("createNode body")).toBe("CreateNodeBody");
  });
});
