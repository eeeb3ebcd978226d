import { type MediaType, parseMediaType } from "./media-type.ts";

/** A media type or range that a client takes: "application/json", "text/*", with its parameters, "q" left out. */
export interface AcceptedType extends MediaType {
  /** From 0 (refused) to 1. */
  readonly weight: number;
}

const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** Reads an Accept (RFC 9110 §12.5.1), in its order. A member that is not as it is written there counts for nothing. */
export function acceptedTypes(field: string): AcceptedType[] {
  return membersOf(field)
    .map((member) => acceptedType(member.trim()))
    .filter((each) => each !== undefined);
}

/** A comma within a quoted string is part of it. By hand: a pattern would look for the end of every quote that is not closed. */
function membersOf(field: string): string[] {
  if (!field.includes('"')) return field.split(",");
  const members: string[] = [];
  let begin = 0;
  let isQuoted = false;
  for (let i = 0; i < field.length; i++) {
    const each = field[i];
    if (each === '"') isQuoted = !isQuoted;
    else if (isQuoted && each === "\\") i++;
    else if (!isQuoted && each === ",") {
      members.push(field.slice(begin, i));
      begin = i + 1;
    }
  }
  return [...members, field.slice(begin)];
}

function acceptedType(member: string): AcceptedType | undefined {
  const media = parseMediaType(member);
  if (media === undefined) return undefined;
  const parameters = new Map(media.parameters);
  const weight = parameters.get("q") ?? "1";
  parameters.delete("q");
  return WEIGHT.test(weight) ? { type: media.type, parameters, weight: Number(weight) } : undefined;
}
