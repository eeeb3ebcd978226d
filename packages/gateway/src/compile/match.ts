import { nearest } from "waymark/internal";
import type { MatchConfig } from "../config/config.ts";
import { methodsOf } from "./methods.ts";

/** What a policy's `match` looks at. */
export interface Matched {
  /** The service's name in the configuration. */
  readonly service: string;
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly method: string;
  /** The public template. */
  readonly template: string;
}

/** Of operations by their ids the one that somebody means who leaves the service out, or makes a slip. */
export function meantOperation(said: string, ids: Iterable<string>): string | undefined {
  const all = [...ids];
  const [one, ...others] = all.filter((id) => id.endsWith(`:${said}`));
  return others.length === 0 && one !== undefined ? one : nearest(said, all);
}

/** Every condition has to hold, and of each list one. */
export function matcherOf({ services, operations, tags, methods, paths }: MatchConfig = {}): (
  operation: Matched,
) => boolean {
  const conditions: ((operation: Matched) => boolean)[] = [];
  if (services !== undefined) conditions.push(on(services, ({ service }) => [service]));
  if (operations !== undefined)
    conditions.push(on(operations, ({ service, operationId }) => [`${service}:${operationId}`]));
  if (tags !== undefined) conditions.push(on(tags, (operation) => operation.tags));
  if (methods !== undefined)
    conditions.push(
      on(
        methods.map((method) => method.toUpperCase()),
        ({ method }) => methodsOf(method),
      ),
    );
  if (paths !== undefined) conditions.push(on(paths, ({ template }) => [template], "/"));
  return (operation) => conditions.every((holds) => holds(operation));
}

function on(
  patterns: readonly string[],
  valuesOf: (operation: Matched) => readonly string[],
  separator = "",
): (operation: Matched) => boolean {
  const expressions = patterns.map((pattern) => globOf(pattern, separator));
  return (operation) =>
    valuesOf(operation).some((value) => expressions.some((expression) => expression.test(value)));
}

/** `*` stands for any text, but for no separator where there is one; `**` stands for any text at all. */
export function globOf(pattern: string, separator: string): RegExp {
  const one = separator === "" ? ".*" : `[^${separator}]*`;
  const source = pattern
    .split(/(\*\*|\*|\?)/)
    .map((part) =>
      part === "**"
        ? ".*"
        : part === "*"
          ? one
          : part === "?"
            ? "."
            : part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`, "su");
}
