import { describe, expect, it } from "vitest";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import { lastEventId } from "./last-event-id.ts";

describe("the id of the last event", () => {
  it("is an optional header field in the document", () => {
    const app = new App();
    app.get(
      "/",
      endpoint({ input: { since: lastEventId() } }, ({ since }) => since ?? null),
    );
    expect(app.openapi().paths["/"]!.get!.parameters).toEqual([
      {
        name: "last-event-id",
        in: "header",
        description: "The id of the last event that was seen: the stream goes on after it.",
        schema: { type: "string" },
      },
    ]);
  });
});
