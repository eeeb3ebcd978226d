import { isAnyText, isAnyValue } from "../schema/takes-any.ts";
import type { BodyRead, Reads, WireRead } from "./reads.ts";

/** A value of a request that may be refused, by its place and its name; nothing where each one is taken as it comes. */
export function refusableValue({ wire, bodies, form }: Reads): [place?: string, name?: string] {
  const parameter = wire.find(mayRefuse);
  if (parameter !== undefined) return [parameter.place, parameter.name];
  const body = bodies.find(mayRefuseBody);
  if (body !== undefined) return ["body", body.name ?? ""];
  return form.forms[0] === undefined ? [] : ["form", form.forms[0].name];
}

/** A name of the query that is repeated is refused; fields and cookies of one name are one text, and so is a segment. */
function mayRefuse({ place, marker, grouped }: WireRead): boolean {
  if (grouped === true || place === "query") return true;
  return !isAnyText(marker.schema, place === "path" ? "present" : "absent or present");
}

/** One of several has to stand in an object. */
function mayRefuseBody({ name, marker }: BodyRead): boolean {
  return name !== undefined || !isAnyValue(marker.schema);
}
