import { expect, it } from "vitest";
import { Delivery } from "./delivery.ts";

it("tells what became of a reply, and needs nobody to listen", async () => {
  const sent = new Delivery();
  sent.succeed();
  sent.fail(new Error("too late"));
  await expect(sent.sent).resolves.toBeUndefined();
  const lost = new Delivery();
  lost.fail(new Error("cut"));
  await new Promise((resolve) => setImmediate(resolve));
  await expect(lost.sent).rejects.toThrow("cut");
});
