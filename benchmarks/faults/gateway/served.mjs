// A gateway on a driver that the command line does not choose: node served.mjs FOLDER wire|node-http [trusting], started with
// an IPC channel, over which it says where it listens. Reads gateway.yaml of the folder, or snapshot.json and runs no step of a
// policy.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "waymark/internal";
import { loadGateway } from "../../../packages/gateway/dist/config/load-gateway.js";
import { Gateway } from "../../../packages/gateway/dist/plane/gateway.js";
import { DEFAULTS } from "../../../packages/waymark/dist/wire/client/pool-options.js";

const [folder, server, trusting] = process.argv.slice(2);
// No setting of a gateway: connections are kept whatever the upstream did before.
if (trusting !== undefined) DEFAULTS.distrustTime = 0;

const MOST_REPORTS = 1000;
const reports = [];
const report = (problem, error) => {
  if (reports.length < MOST_REPORTS) reports.push(`${problem} ${error?.message ?? ""}`);
};
const gateway = await made();
const { port } = await serve(gateway, { port: 0, server, signals: false });
process.on("message", ({ id, what }) => {
  if (what === "reports") process.send({ id, answer: reports });
});
process.send({ port });
process.channel.unref();
process.on("disconnect", () => process.exit());

async function made() {
  const file = join(folder, "snapshot.json");
  if (existsSync(file))
    return new Gateway(JSON.parse(readFileSync(file, "utf8")), { folder, report, stepsOf: () => [] });
  const options = { directory: folder, environment: process.env };
  const { snapshot, mistakes } = await loadGateway(["gateway.yaml"], options);
  if (snapshot === undefined) throw new Error(JSON.stringify(mistakes, null, 1));
  return new Gateway(snapshot, { folder, report });
}
