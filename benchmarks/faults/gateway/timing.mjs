// G20: whether the time of a refusal tells how much of an API key was right. Welch's t of two kinds of wrong keys, one that
// is a real key but for its last byte and one that is but for its first, asked for in a random order; |t| above 4.5 would tell them apart.
// Method: Reparaz et al., "Dude, is my code constant time?", 2017. Its cuts keep interruptions from hiding a difference.
import { Gateway } from "../../../packages/gateway/dist/plane/gateway.js";
import { KEY, secured } from "../../gateway/snapshot.mjs";
import { BareExchange } from "../../lib/in-memory.mjs";
import { table } from "../../lib/table.mjs";
import { percentile } from "../figures.mjs";

export const title = "G20: the time that a wrong API key takes";
export const options = {
  /** Of each kind. */
  samples: { type: "string", default: "1000000" },
};

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const MOST = 4.5;
const WARM_UP = 20_000;
/** Shares of the samples that are looked at: all of them, and without the slowest ones. */
const CUTS = [1, 0.99, 0.9, 0.5];

class Asking extends BareExchange {
  key = "";
  header(name) {
    return name === "x-api-key" ? this.key : undefined;
  }
  headers() {
    return [["x-api-key", this.key]];
  }
}

export async function run(values) {
  const samples = Number(values.samples);
  const gateway = new Gateway(secured("http://127.0.0.1:9"));
  await gateway.start();
  const near = () => flat(KEY.slice(0, -1) + other(KEY.at(-1)));
  const far = () => flat(other(KEY[0]) + KEY.slice(1));
  const kinds = [near, far];
  const times = kinds.map(() => new Float64Array(samples));
  const counts = [0, 0];
  for (let i = 0; i < WARM_UP; i++) refused(gateway, kinds[i % 2]());
  while (counts[0] < samples || counts[1] < samples) {
    const kind = Math.random() < 0.5 ? 0 : 1;
    // Both are made for every sample: what is asked next is all that differs.
    const keys = [near(), far()];
    const time = refused(gateway, keys[kind]);
    if (counts[kind] < samples) times[kind][counts[kind]++] = time;
  }
  await gateway.stop();
  const rows = CUTS.map((share) => {
    const most = percentile([...times[0].subarray(0, 100_000), ...times[1].subarray(0, 100_000)], share);
    const [a, b] = times.map((each) => (share === 1 ? each : each.filter((time) => time <= most)));
    return { share, t: welch(a, b), means: [mean(a), mean(b)] };
  });
  console.log(
    table(
      ["samples looked at", "mean with the last byte wrong", "with the first byte wrong", "t"],
      rows.map(({ share, t, means }) => [
        share === 1 ? "all" : `the fastest ${share * 100} %`,
        ...means.map((value) => `${value.toFixed(0)} ns`),
        t.toFixed(2),
      ]),
    ),
  );
  return { ok: rows.every(({ t }) => Math.abs(t) < MOST) };
}

/** Nanoseconds until a request with this key is refused. */
function refused(gateway, key) {
  const exchange = new Asking("/items/1");
  exchange.key = key;
  const begun = process.hrtime.bigint();
  gateway.handle(exchange);
  const time = Number(process.hrtime.bigint() - begun);
  if (exchange.status !== 401) throw new Error(`${key} is answered ${exchange.status}`);
  return time;
}

/** As it comes from a connection, however it was made: the parts of a string take their time as well. */
const flat = (text) => Buffer.from(text, "latin1").toString("latin1");
/** One of all others, so that neither kind is a single key: one that comes again and again is faster by itself. */
function other(character) {
  const given = ALPHABET[Math.floor(Math.random() * ALPHABET.length)];
  return given === character ? other(character) : given;
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function welch(a, b) {
  const [x, y] = [mean(a), mean(b)];
  const error = (values, centre) =>
    values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1) / values.length;
  return (x - y) / Math.sqrt(error(a, x) + error(b, y));
}
