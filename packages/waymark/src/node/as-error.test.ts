import { expect, it } from "vitest";
import { HttpError } from "../http/http-error.ts";
import { asError } from "./as-error.ts";

it("takes a status of a client's fault for that of the reply, and shows the message where it may", () => {
  const shown = asError(Object.assign(new Error("too large"), { status: 413, expose: true }));
  expect(shown).toMatchObject({ status: 413, detail: "too large" });
  const kept = Object.assign(new Error("secret"), { statusCode: 403 });
  expect(asError(kept)).toMatchObject({ status: 403, detail: undefined, cause: kept });
});

it("leaves every other error as it is", () => {
  for (const error of [
    new HttpError(402),
    new Error("x"),
    Object.assign(new Error("x"), { status: 503 }),
    Object.assign(new Error("x"), { status: "404" }),
  ])
    // prettier-ignore
    expect(asError(error)).toBe(error);
  expect(asError("text")).toMatchObject({ cause: "text" });
});
