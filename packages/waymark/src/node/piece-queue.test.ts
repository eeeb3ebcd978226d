import { describe, expect, it } from "vitest";
import { PieceQueue } from "./piece-queue.ts";

const piece = (text: string): Uint8Array => Buffer.from(text);
async function textOf(queue: PieceQueue): Promise<string> {
  let text = "";
  for await (const each of queue) text += Buffer.from(each).toString();
  return text;
}

describe("a queue of pieces", () => {
  it("gives them in order, and tells when one has been taken", async () => {
    const log: string[] = [];
    const queue = new PieceQueue([piece("a")], () => log.push("stopped"));
    queue.put(piece("b"), () => log.push("b taken"));
    expect(log).toEqual([]);
    await queue.next();
    expect(log).toEqual([]);
    await queue.next();
    expect(log).toEqual(["b taken"]);
    const waiting = queue.next();
    queue.put(piece("c"), () => log.push("c taken"));
    expect(Buffer.from((await waiting).value!).toString()).toBe("c");
    queue.put(new Uint8Array(0), () => log.push("nothing taken"));
    queue.end();
    expect(await queue.next()).toEqual({ done: true, value: undefined });
    expect(log).toEqual(["b taken", "c taken", "nothing taken"]);
  });

  it("ends after what is left in it", async () => {
    const queue = new PieceQueue([piece("a"), piece("b")], () => undefined);
    queue.end();
    expect(await textOf(queue)).toBe("ab");
  });

  it("fails at once, for who waits and for who comes, and once only", async () => {
    const error = new Error("cut");
    const waited = new PieceQueue([], () => undefined);
    const waiting = waited.next();
    waited.fail(error);
    await expect(waiting).rejects.toBe(error);
    const late = new PieceQueue([piece("a")], () => undefined);
    late.fail(error);
    await expect(late.next()).rejects.toBe(error);
    expect(await late.next()).toEqual({ done: true, value: undefined });
  });

  it("stops its source when it is left early, and not when it is over", async () => {
    let stopped = 0;
    const left = new PieceQueue([piece("a")], () => stopped++);
    const waiting = (await left.next(), left.next());
    await left.return();
    expect([stopped, await waiting]).toEqual([1, { done: true, value: undefined }]);
    left.fail(new Error("nobody cares"));
    const over = new PieceQueue([], () => stopped++);
    over.end();
    await over.return();
    expect(stopped).toBe(1);
  });
});
