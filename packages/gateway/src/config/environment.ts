import { child } from "../documents/pointer.ts";
import { isRecord } from "../documents/record.ts";
import type { SourceFile } from "../documents/source-file.ts";
import * as wrong from "../mistakes.ts";
import type { Findings } from "../findings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/** Where the environment is read: addresses and variables of servers. What else differs between places is another file. */
const READ: readonly RegExp[] = [
  /^\/services\/[^/]+\/(?:spec|upstream|upstream\/(?:url|discover)|upstream\/targets\/\d+(?:\/url)?|upstream\/discover\/(?:dns|srv))$/,
  /^\/services\/[^/]+\/variables\/[^/]+$/,
  /^(?:\/services\/[^/]+)?\/securitySchemes\/[^/]+\/(?:issuer|jwks|discovery)$/,
  /^\/services\/[^/]+\/upstream\/canary\/targets\/\d+(?:\/url)?$/,
];
/** Left as it is: a secret goes into no snapshot, and policies read `${…}` by rules of their own. */
const KEPT = /^\/(?:redis|policies|consumers|services\/[^/]+\/upstream\/tls)(?:\/|$)/;

/** `${NAME}` and `${NAME:-default}` in the places that read the environment, replaced. */
export function withEnvironment(
  source: SourceFile,
  environment: Environment,
  findings: Findings,
): SourceFile {
  return { ...source, value: replaced(source.value, "", { source, environment, findings }) };
}

interface Context {
  readonly source: SourceFile;
  readonly environment: Environment;
  readonly findings: Findings;
}

function replaced(value: unknown, pointer: string, context: Context): unknown {
  if (typeof value === "string") return value.includes("${") ? replacedText(value, pointer, context) : value;
  if (KEPT.test(pointer)) return value;
  if (Array.isArray(value)) return value.map((item, index) => replaced(item, child(pointer, index), context));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, replaced(member, child(pointer, key), context)]),
  );
}

function replacedText(text: string, pointer: string, { source, environment, findings }: Context): string {
  if (KEPT.test(pointer)) return text;
  return text.replace(VARIABLE, (whole, name: string, byDefault: string | undefined) => {
    const isRead = READ.some((place) => place.test(pointer));
    if (!isRead) findings.mistake(wrong.variableNotHere(name), source.originOf(pointer));
    const value = isRead ? (environment[name] ?? byDefault) : whole;
    if (value === undefined) findings.mistake(wrong.missingVariable(name), source.originOf(pointer));
    return value ?? whole;
  });
}
