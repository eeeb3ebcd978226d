import { diffDocuments, type Change } from "waymark/openapi";
import { painter } from "waymark/internal";
import { auditSnapshot } from "../compile/audit.ts";
import { auditSchemas } from "../compile/schema-audit.ts";
import { documentOf } from "../compile/snapshot-document.ts";
import type { Mistake } from "../configuration-error.ts";
import { Findings } from "../findings.ts";
import { breakingChange } from "../mistakes.ts";
import type { Snapshot } from "../snapshot.ts";
import { CHECKED, loaded, loadedSnapshot } from "./load.ts";
import { missingFiles, missingNames, missingTlsFiles } from "./missing-files.ts";
import { mistakesText } from "./mistakes-text.ts";
import type { SubCommand } from "./sub-command.ts";

export const check: SubCommand = {
  name: "check",
  usage: "[gateway.yaml | documents…]",
  summary: "name everything that is wrong, or may not be meant",
  description: [
    "Compiles the gateway and names every mistake with file and line; then what may not be meant: shadowed paths,",
    "operations without security, limits without a key, bodies without a schema, schemes that nobody has credentials for.",
    "Every schema is compiled, which a running gateway leaves to the first request that needs it.",
    "Exit code 0: it may run; 1: it may not, or something breaks clients; 2: the command line could not be read.",
  ].join("\n"),
  options: {
    against: {
      type: "string",
      value: "<snapshot>",
      help: "name what breaks clients of that snapshot, configuration or document",
    },
    strict: { type: "boolean", help: "warnings count as mistakes" },
    json: { type: "boolean", help: "the same as JSON" },
  },
  async run(places, { against, strict, json }, output) {
    const made = await loaded(places, output, CHECKED);
    const { snapshot, mistakes, warnings, config } = made;
    const audited =
      snapshot === undefined
        ? []
        : [
            ...auditSnapshot(snapshot),
            ...missingNames(snapshot, made),
            ...missingTlsFiles(snapshot.gateway.listen, made),
            ...missingFiles(snapshot, made),
          ];
    const ofSchemas = snapshot === undefined ? new Findings() : auditSchemas(snapshot);
    const broken =
      snapshot === undefined || typeof against !== "string"
        ? []
        : breaking(await loadedSnapshot(against, output), snapshot);
    const [errors, doubts] = [
      [...mistakes, ...ofSchemas.mistakes, ...broken],
      [...warnings, ...audited, ...ofSchemas.warnings],
    ];
    const services = Object.values(snapshot?.services ?? {});
    const counts = {
      services: snapshot === undefined ? Object.keys(config.services).length : services.length,
      operations: snapshot?.operations.length ?? 0,
      undocumented: services.filter(({ undocumented }) => undocumented).map(({ name }) => name),
    };
    output.out(
      json === true
        ? `${JSON.stringify({ ...counts, mistakes: errors, warnings: doubts }, null, 2)}\n`
        : text(errors, doubts, counts),
    );
    return errors.length > 0 || (strict === true && doubts.length > 0) ? 1 : 0;
  },
};

function breaking(before: Snapshot, after: Snapshot): Mistake[] {
  const changes: readonly Change[] = diffDocuments(documentOf(before), documentOf(after));
  return changes
    .filter(({ kind }) => kind === "breaking")
    .map(({ at, message }) => ({ ...breakingChange(`${at}: ${message}`), origin: null }));
}

function text(
  errors: readonly Mistake[],
  warnings: readonly Mistake[],
  counts: { services: number; operations: number; undocumented: readonly string[] },
): string {
  const paint = painter(process.stdout);
  const parts = [mistakesText(errors, "error", paint), mistakesText(warnings, "warning", paint)].filter(
    (part) => part !== "",
  );
  const what = errors.length === 0 ? `, ${many(counts.operations, "operation")}` : "";
  const summary = `${many(counts.services, "service")}${what}: ${many(errors.length, "mistake")}, ${many(warnings.length, "warning")}\n`;
  const open = counts.undocumented.map(
    (name) => `'${name}' has no document: everything below its mount goes through unvalidated\n`,
  );
  return [...parts, ...(open.length === 0 ? [] : [open.join("")]), summary].join("\n");
}

export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
