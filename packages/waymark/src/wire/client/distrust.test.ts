import { expect, it } from "vitest";
import { Distrust } from "./distrust.ts";

const judge = (distrust: Distrust, text: string, now: number): boolean =>
  distrust.judge(Buffer.from(`..${text}`, "latin1"), 2, text.length + 2, now);
const ANSWER = "HTTP/1.1 200 OK\r\n";

it.each([
  [ANSWER, true],
  ["HTTP/1.0 404 Not Found\r\n", true],
  ["HTTP", true],
  ["H", true],
  ["HTTP/1.1 40", true],
  // What a careless server sends behind a HEAD or a 204.
  ["\n", false],
  ['{"error":"HTTP/1.1 200"}', false],
  ["HTTPS is not spoken here", false],
  ["", false],
  // What a careful one says before it closes an idle connection.
  ["HTTP/1.1 408 Request Time-out\r\n", false],
  ["HTTP/1.0 408", false],
])("of %j that nobody has asked for distrust follows: %s", (text, expected) => {
  expect(judge(new Distrust(1000), text, 5)).toBe(expected);
});

it("lasts for its time, and twice as long each time that it happens again", () => {
  const distrust = new Distrust(1000);
  let now = 10;
  for (const time of [1000, 2000, 4000, 8000]) {
    expect(judge(distrust, ANSWER, now)).toBe(true);
    // The second one of the same time changes nothing.
    expect(judge(distrust, ANSWER, now + time - 1)).toBe(true);
    expect(distrust.isOver(now + time - 1)).toBe(false);
    now += time;
    expect(distrust.isOver(now)).toBe(true);
  }
});

it("lasts for an hour at most, and is forgotten after a quiet one", () => {
  const distrust = new Distrust(1000);
  const hour = 3_600_000;
  let now = 0;
  for (let i = 0; i < 20; i++) {
    judge(distrust, ANSWER, (now += hour));
    judge(distrust, ANSWER, now);
  }
  expect(distrust.isOver(now + hour - 1)).toBe(false);
  expect(distrust.isOver(now + hour)).toBe(true);
  now += 2 * hour + 1;
  judge(distrust, ANSWER, now);
  expect(distrust.isOver(now + 1000)).toBe(true);
});
