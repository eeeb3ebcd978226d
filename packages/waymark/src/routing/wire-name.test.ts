import { expect, test } from "vitest";
import { kebabCase } from "./wire-name.ts";

test.each([
  ["accept", "accept"],
  ["userAgent", "user-agent"],
  ["ifNoneMatch", "if-none-match"],
  ["xRequestID", "x-request-id"],
  ["HTTPVersion", "http-version"],
  ["user_agent", "user-agent"],
  ["x-already", "x-already"],
  ["sha256Sum", "sha256-sum"],
])("%s is the header %s", (name, header) => {
  expect(kebabCase(name)).toBe(header);
});
