import type { Change } from "../openapi/diff/change.ts";
import type { ChangeKind } from "../openapi/diff/codes.ts";
import type { Format, Paint } from "./terminal.ts";

export interface Counts extends Readonly<Record<ChangeKind, number>> {
  /** Left out by `--ignore`. */
  readonly ignored: number;
}

const KINDS: readonly (readonly [kind: ChangeKind, title: string, format: Format])[] = [
  ["breaking", "Breaking", "red"],
  ["compatible", "Compatible", "green"],
  ["documentation", "Documentation", "cyan"],
];
/** Places that are named of a change that stands in many. */
const SHOWN_PLACES = 3;

export function countChanges(changes: readonly Change[]): Record<ChangeKind, number> {
  const counts = { breaking: 0, compatible: 0, documentation: 0 };
  for (const { kind } of changes) counts[kind] += 1;
  return counts;
}

/** The changes for people: by kind, then by operation; what changed in a shared part of the document once. */
export function describeChanges(changes: readonly Change[], counts: Counts, paint: Paint): string {
  const sections = KINDS.map(([kind, title, format]) =>
    describeKind(
      changes.filter((change) => change.kind === kind),
      paint(format, title),
      paint,
    ),
  );
  return [...sections.filter((text) => text !== ""), summary(counts, paint)].join("\n");
}

function summary(counts: Counts, paint: Paint): string {
  const { breaking, compatible, documentation, ignored } = counts;
  const left = ignored === 0 ? "" : paint("dim", ` (${ignored} ignored)`);
  if (breaking + compatible + documentation === 0) return `No changes${left}\n`;
  return `${paint("bold", `${breaking} breaking, ${compatible} compatible, ${documentation} documentation`)}${left}\n`;
}

function describeKind(changes: readonly Change[], title: string, paint: Paint): string {
  if (changes.length === 0) return "";
  const groups = groupsOf(changes);
  const lines = [title];
  let heading: string | undefined;
  for (const [change, ...others] of groups) {
    if (change === undefined || others.length > 0) continue;
    const { operation = "the whole document" } = change;
    if (operation !== heading) lines.push(`  ${operation}`);
    heading = operation;
    lines.push(`    ${describeOne(change, paint)}`);
  }
  for (const group of groups) if (group.length > 1) lines.push(...describeShared(group, paint));
  return `${lines.join("\n")}\n`;
}

/** What is the same change of the same part of the document, seen from several places. */
function groupsOf(changes: readonly Change[]): Change[][] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = JSON.stringify([change.code, change.pointer, change.message]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  return [...groups.values()];
}

/** What stands behind the operation, and what happened. */
function describeOne({ at, operation, message, code }: Change, paint: Paint): string {
  const where = operation === undefined ? at : at.slice(operation.length + 1);
  return `${where === "" ? "" : `${where}: `}${message}  ${paint("dim", `[${code}]`)}`;
}

function describeShared(group: readonly Change[], paint: Paint): string[] {
  const { pointer, message, code } = group[0]!;
  const places = group.slice(0, SHOWN_PLACES).map(({ at }) => paint("dim", `      ${at}`));
  const rest = group.length - SHOWN_PLACES;
  return [
    `  #${pointer}`,
    `    ${message}  ${paint("dim", `[${code}]`)}`,
    ...places,
    ...(rest > 0 ? [paint("dim", `      and ${rest} more`)] : []),
  ];
}
