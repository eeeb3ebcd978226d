import { expect, it } from "vitest";
import { forwardedPrefix, isRootPath } from "./root-path.ts";

it.each(["/shop", "/api/v1", "/a.b~c", "/%20"])("takes %s", (text) => expect(isRootPath(text)).toBe(true));
it.each([
  "",
  "/",
  "shop",
  "/shop/",
  "//evil.example",
  "/a//b",
  "/a/../b",
  "/a?b",
  "/a#b",
  "/a b",
  "/%2",
  "/a,b",
  "/\\x",
  1,
])("refuses %s", (text) => expect(isRootPath(text)).toBe(false));

it.each([
  ["/shop", "/shop"],
  ["/outer, /inner/", "/outer/inner"],
  ["/", undefined],
  ["//evil.example", undefined],
  ["/a, //evil.example", undefined],
  ["evil.example", undefined],
  ["", undefined],
  [undefined, undefined],
])("reads %s as %s", (value, prefix) => expect(forwardedPrefix(value)).toBe(prefix));
