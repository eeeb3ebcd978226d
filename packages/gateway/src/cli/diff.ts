import { diffDocuments } from "waymark/openapi";
import { countChanges, describeChanges, misuse, painter, type Paint } from "waymark/internal";
import { diffSnapshots, type SnapshotChange } from "../compile/diff-snapshots.ts";
import { documentOf } from "../compile/snapshot-document.ts";
import { loadedSnapshot } from "./load.ts";
import type { SubCommand } from "./sub-command.ts";

export const diff: SubCommand = {
  name: "diff",
  usage: "<old> <new>",
  summary: "name what changed between two gateways, and what breaks clients",
  description: [
    "Compares two gateways: snapshots that waymark gateway compile wrote, configurations, or documents. Names what changed for",
    "clients, and what changed behind: where services run, policies, time-outs.",
    "Exit code 0: nothing breaks clients; 1: something does; 2: the command line could not be read.",
  ].join("\n"),
  options: { json: { type: "boolean", help: "the same as JSON" } },
  async run([older, newer, ...more], { json }, output) {
    if (older === undefined || newer === undefined || more.length > 0)
      throw misuse("waymark gateway diff takes two gateways.", "waymark gateway diff old.json gateway.yaml");
    const [before, after] = [await loadedSnapshot(older, output), await loadedSnapshot(newer, output)];
    const changes = diffDocuments(documentOf(before), documentOf(after));
    const behind = diffSnapshots(before, after);
    const counts = { ...countChanges(changes), ignored: 0 };
    output.out(
      json === true
        ? `${JSON.stringify({ before: before.hash, after: after.hash, ...counts, changes, gateway: behind }, null, 2)}\n`
        : `${describeChanges(changes, counts, painter(process.stdout))}${behindText(behind, painter(process.stdout))}`,
    );
    return counts.breaking > 0 ? 1 : 0;
  },
};

function behindText(changes: readonly SnapshotChange[], paint: Paint): string {
  if (changes.length === 0) return "";
  const lines: string[] = ["", paint("cyan", "Behind the gateway")];
  let heading: string | undefined;
  for (const { at, message } of changes) {
    if (at !== heading) lines.push(`  ${at}`);
    heading = at;
    lines.push(`    ${message}`);
  }
  return `${lines.join("\n")}\n`;
}
