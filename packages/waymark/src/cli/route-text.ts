import type { Deprecation } from "../routing/route.ts";
import type { DependencyReport, FunctionReport, RouteReport, SourceReport } from "./route-report.ts";
import type { Format, Paint } from "./terminal.ts";

/** A piece of text and how it is coloured: widths are counted before colours go in. */
interface Cell {
  readonly text: string;
  readonly format?: Format;
}

/**
 * The functions with their routes, for people: a table for each, one column an input, so that what differs between the
 * routes stands one below the other; a list where the table would be wider than `width` characters.
 */
export function describeFunctions(functions: readonly FunctionReport[], paint: Paint, width: number): string {
  return functions
    .map((each) => {
      const methodWidth = Math.max(...each.routes.map(({ method }) => method.length));
      const table = tableOf(each, methodWidth);
      const widths = columnWidths(table.map(({ cells }) => cells));
      const total = widths.reduce((sum, column) => sum + column + GAP.length, 0);
      return total <= width ? writeTable(table, widths, paint) : writeList(each, methodWidth, paint);
    })
    .join("\n");
}

const GAP = "   ";
const NOTE_INDENT = "      ";
/** A constant may be a whole configuration. */
const LONGEST_CONSTANT = 32;

interface Row {
  readonly cells: readonly Cell[];
  /** Lines below it. */
  readonly notes: readonly string[];
}

function tableOf({ function: name, routes }: FunctionReport, methodWidth: number): Row[] {
  const inputs = [...new Set(routes.flatMap((route) => Object.keys(route.inputs)))];
  const head: Cell[] = [
    { text: name, format: "cyan" },
    ...inputs.map((text): Cell => ({ text, format: "bold" })),
    { text: "operationId", format: "dim" },
  ];
  const rows = routes.map((route) => ({
    cells: [
      { text: `  ${methodAndPath(route, methodWidth)}` },
      ...inputs.map((input) => ({
        text: route.inputs[input] === undefined ? "" : describeSource(route.inputs[input]),
      })),
      { text: route.operationId, format: "dim" as const },
    ],
    notes: notesOf(route),
  }));
  return [{ cells: head, notes: [] }, ...rows];
}

function columnWidths(rows: readonly (readonly Cell[])[]): number[] {
  return rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.text.length)));
}

function writeTable(rows: readonly Row[], widths: readonly number[], paint: Paint): string {
  return rows
    .map(({ cells, notes }) => {
      const line = cells.map((cell, column) => pad(cell, widths[column]!, paint)).join(GAP);
      return [line.trimEnd(), ...notes.map((note) => paint("dim", NOTE_INDENT + note))].join("\n") + "\n";
    })
    .join("");
}

function pad({ text, format }: Cell, width: number, paint: Paint): string {
  return (format === undefined ? text : paint(format, text)) + " ".repeat(width - text.length);
}

function writeList({ function: name, routes }: FunctionReport, methodWidth: number, paint: Paint): string {
  return [paint("cyan", name), ...routes.flatMap((route) => listLines(route, methodWidth, paint)), ""].join(
    "\n",
  );
}

function listLines(route: RouteReport, methodWidth: number, paint: Paint): string[] {
  const inputs = Object.entries(route.inputs);
  const width = Math.max(0, ...inputs.map(([input]) => input.length));
  return [
    `  ${methodAndPath(route, methodWidth)}${GAP}${paint("dim", route.operationId)}`,
    ...inputs.map(([input, source]) => `${NOTE_INDENT}${input.padEnd(width)} ← ${describeSource(source)}`),
    ...notesOf(route).map((note) => paint("dim", NOTE_INDENT + note)),
  ];
}

function methodAndPath({ method, path, version }: RouteReport, methodWidth: number): string {
  return `${method.padEnd(methodWidth)} ${path}${version === undefined ? "" : ` (version ${version})`}`;
}

function notesOf({ guards, scopes, audience, deprecated, hidden }: RouteReport): string[] {
  return [
    ...(guards.length === 0 ? [] : [`guards: ${guards.map(describeDependency).join(", ")}`]),
    ...(scopes === undefined ? [] : [`scopes: ${scopes.join(", ")}`]),
    ...(audience === undefined ? [] : [`audience: ${audience.join(", ")}`]),
    ...(deprecated === false ? [] : [describeDeprecation(deprecated)]),
    ...(hidden ? ["hidden from the document"] : []),
  ];
}

function describeDeprecation(deprecated: true | Deprecation): string {
  if (deprecated === true) return "deprecated";
  const { since, sunset, successor } = deprecated;
  return [
    `deprecated since ${since}`,
    ...(sunset === undefined ? [] : [`sunset ${sunset}`]),
    ...(successor === undefined ? [] : [`successor ${successor}`]),
  ].join(", ");
}

function describeSource(source: SourceReport): string {
  switch (source.from) {
    case "path":
      return `path {${source.name}}`;
    case "query":
    case "header":
    case "cookie":
    case "form":
    case "file":
    case "credential":
      return `${source.from} ${source.name}`;
    case "group":
      return `${source.place} ${Object.values(source.names).join(" ")}`.trimEnd();
    case "body":
      return source.name === undefined ? "body" : `body key ${source.name}`;
    case "raw":
      return `body as ${source.kind}`;
    case "constant":
      return `constant ${describeConstant(source.value)}`;
    case "dependency":
      return `dependency ${describeDependency(source)}`;
    case "parts":
      return "parts of the form";
    case "request":
    case "response":
    case "scopes":
      return source.from;
    case "absent":
      return "(not in this path)";
  }
}

/** With everything it reads of the request, however deep. */
function describeDependency({ name, inputs }: DependencyReport): string {
  const reads = [...new Set(Object.values(inputs).flatMap(readsOf))];
  return reads.length === 0 ? name : `${name} (${reads.join(", ")})`;
}

function readsOf(source: SourceReport): string[] {
  if (source.from === "dependency") return Object.values(source.inputs).flatMap(readsOf);
  return source.from === "constant" || source.from === "absent" ? [] : [describeSource(source)];
}

function describeConstant(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > LONGEST_CONSTANT ? `${text.slice(0, LONGEST_CONSTANT - 1)}…` : text;
}
