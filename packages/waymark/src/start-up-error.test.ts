import { expect, test } from "vitest";
import { StartUpError } from "./start-up-error.ts";

test("its message says what, where, and what to do, of every mistake", () => {
  const mistakes = [
    { code: "WM1", message: "this is wrong", remedy: "Do that.", route: "GET /a", at: "app.ts:3" },
    { code: "WM2", message: "so is that", remedy: "Do this." },
  ];
  const error = new StartUpError(mistakes);
  expect(error.message).toBe(
    ["GET /a, at app.ts:3", "  this is wrong", "  Do that. [WM1]", "", "so is that", "  Do this. [WM2]"].join(
      "\n",
    ),
  );
  expect(error.mistakes).toBe(mistakes);
  expect(error.name).toBe("StartUpError");
});
