import { beforeEach, describe, expect, it } from "vitest";
import { OutageLog } from "./outage-log.ts";

let now = 0;
let told: string[] = [];
let log: OutageLog;
beforeEach(() => {
  now = 0;
  told = [];
  log = new OutageLog(
    "10.0.0.7:6379",
    (problem) => told.push(problem),
    () => now,
  );
});

const LOST = expect.stringContaining("limits are not counted in Redis at 10.0.0.7:6379: gone. ");
const BACK = "limits are counted in Redis at 10.0.0.7:6379 again";

describe("the log of outages", () => {
  it("has one line for an outage and one for its end", () => {
    log.over();
    log.begun("gone");
    for (; now < 60_000; now += 1000) log.goesOn();
    log.over();
    log.over();
    expect(told).toEqual([LOST, BACK]);
  });

  it("says what happens meanwhile, and what is to be done", () => {
    log.begun("gone");
    expect(told[0]).toMatch(
      / open are counted in each gateway alone.* closed.* refused by 503\. See that it runs/,
    );
  });

  it("is not filled by what comes and goes", () => {
    for (; now < 20_000; now += 100) {
      log.begun("gone");
      log.over();
    }
    expect(told).toEqual([LOST, BACK, LOST, BACK]);
  });

  it("has an outage that goes on, however soon it began after another", () => {
    log.begun("gone");
    log.over();
    now = 100;
    log.begun("gone");
    log.goesOn();
    expect(told).toEqual([LOST, BACK]);
    now = 10_000;
    log.goesOn();
    expect(told).toEqual([LOST, BACK, LOST]);
  });
});
