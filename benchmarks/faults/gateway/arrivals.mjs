// Requests that come when they come, whether or not those before them are answered: what a public does.
import { Caller } from "../caller.mjs";
import { sleep } from "../start.mjs";
import { requestOf, visit } from "./load.mjs";

/**
 * Sends `rate` requests a second (Poisson) for `seconds`; resolves with the record of each when all are over. Times are
 * counted from when a request was due. A connection is opened where none is free, up to `connections`.
 */
export async function arrivals(
  port,
  { rate, seconds, connections = 6000, patience = 5000, method = "GET", path = "/orders" },
) {
  const idle = [];
  const records = [];
  const under = new Set();
  let open = 0;
  let number = 0;
  const one = async (due) => {
    let caller = idle.pop();
    while (caller?.isOver) {
      open--;
      caller = idle.pop();
    }
    if (caller === undefined) {
      if (open >= connections) return void records.push({ kind: "unsent", status: 0, began: due, took: 0 });
      open++;
      caller = new Caller(port);
    }
    const id = `a${++number}`;
    const record = await visit(caller, requestOf(method, path, id), id, patience);
    record.took += record.began - due;
    record.began = due;
    records.push(record);
    if (record.kind === "hang" || record.kind === "reset" || record.closes) {
      caller.close();
      open--;
    } else idle.push(caller);
  };
  const began = performance.now();
  let due = began;
  while (due < began + seconds * 1000) {
    while (due <= performance.now()) {
      const job = one(due);
      under.add(job);
      void job.then(() => under.delete(job));
      due += (-Math.log(1 - Math.random()) / rate) * 1000;
    }
    await sleep(1);
  }
  await Promise.all(under);
  for (const caller of idle) caller.close();
  return records;
}
