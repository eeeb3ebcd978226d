import type { Route } from "../routing/route.ts";
import type { HeaderObject, ReferenceObject } from "./document.ts";

/** The fields that a deprecated route answers with, as components. */
export const DEPRECATION_HEADERS: Readonly<Record<"Deprecation" | "Link" | "Sunset", HeaderObject>> = {
  Deprecation: {
    description: "Since when this operation is deprecated: seconds of Unix time after an @ (RFC 9745).",
    schema: { type: "string", pattern: "^@-?\\d+$" },
  },
  Link: {
    description: 'What to use instead, as rel="successor-version" (RFC 8288, RFC 5829).',
    schema: { type: "string" },
  },
  Sunset: {
    description: "When this operation stops answering: an HTTP date (RFC 8594).",
    schema: { type: "string" },
  },
};

/** The fields that a route's replies carry because it is deprecated. */
export function deprecationHeaders({
  deprecated,
}: Route): Readonly<Record<string, ReferenceObject>> | undefined {
  if (typeof deprecated !== "object") return undefined;
  const names: (keyof typeof DEPRECATION_HEADERS)[] = ["Deprecation"];
  if (deprecated.successor !== undefined) names.push("Link");
  if (deprecated.sunset !== undefined) names.push("Sunset");
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

/** The date from which on clients do without it: `waymark diff` lets it go then. */
export function sunsetOf({ deprecated }: Route): string | undefined {
  return typeof deprecated === "object" ? deprecated.sunset : undefined;
}

/** What readers are told beyond `deprecated: true`, which has no room for a date or a successor. */
export function deprecationNote({ deprecated }: Route): string | undefined {
  if (typeof deprecated !== "object") return undefined;
  const { since, sunset, successor } = deprecated;
  const sentences = [
    sunset === undefined ? `Deprecated since ${since}.` : `Deprecated since ${since}, gone after ${sunset}.`,
  ];
  if (successor !== undefined) sentences.push(`Use \`${successor}\` instead.`);
  return sentences.join(" ");
}
