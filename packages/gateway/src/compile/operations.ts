import { METHODS_SERVED, OPENAPI_METHODS } from "./methods.ts";
import { follow } from "../documents/follow.ts";
import { isRecord, textsOf } from "../documents/record.ts";
import { shown } from "../documents/shown.ts";
import type { Spot } from "../documents/spot.ts";
import * as wrong from "../mistakes.ts";
import { describeOrigin } from "../configuration-error.ts";
import type { RequestBody, ResponseOutline } from "../snapshot.ts";
import { readContent } from "./media-types.ts";
import type { OperationDraft } from "./operation-draft.ts";
import { readSunset } from "./deprecation.ts";
import { descriptionOf } from "./description.ts";
import { readParameters } from "./parameters.ts";
import { passedSecurity } from "./passed-security.ts";
import { readPath, type ReadPath } from "./path-template.ts";
import { readSecurity } from "./security.ts";
import type { ServiceParts } from "./service-parts.ts";
import type { ServiceReading } from "./service-reading.ts";

/** Methods that were met, by shape, and the first path of that shape. */
type Shapes = Map<string, { readonly path: string; readonly methods: Set<string> }>;

/** Every operation of a document, ordered by path and method. */
export function readOperations(reading: ServiceReading, parts: ServiceParts): OperationDraft[] {
  const { root, findings } = reading;
  const paths = root.get("paths");
  if (paths.value !== undefined && !isRecord(paths.value))
    findings.mistake(wrong.wrongPart(shown(paths.value), "an object of paths"), paths.origin);
  const drafts: OperationDraft[] = [];
  const shapes: Shapes = new Map();
  for (const [path, item] of paths.members()) {
    if (path.startsWith("x-")) continue;
    const own = isRecord(item.value) ? item : undefined;
    if (own === undefined) {
      findings.mistake(wrong.wrongPart(shown(item.value), "a path item"), item.origin);
      continue;
    }
    drafts.push(...readPathItem(path, own, reading, parts, shapes));
  }
  drafts.push(...readSockets(reading, parts, shapes));
  return withOwnIds(drafts, reading);
}

/**
 * WebSockets, which a Waymark document lists apart since OpenAPI has no word for them. Where a GET has the same path, each
 * is an operation of its own, with its own security.
 */
function readSockets(reading: ServiceReading, parts: ServiceParts, shapes: Shapes): OperationDraft[] {
  const { root } = reading;
  return root
    .get("x-waymark-sockets")
    .items()
    .flatMap((socket) => {
      const path = socket.get("path").value;
      const read = readPath(typeof path === "string" ? path : "", restNames(socket, socket));
      if (!("template" in read)) {
        reading.findings.mistake(wrong.malformedTemplate(read), socket.origin);
        return [];
      }
      const { text } = read.template;
      if (!isNewShape(text, "WEBSOCKET", read, shapes, socket, reading)) return [];
      const levels = [root.get("x-waymark"), socket.get("x-waymark")].filter(
        ({ value }) => value !== undefined,
      );
      return [draftOf(text, "WEBSOCKET", socket, socket, read, levels, reading, parts)];
    });
}

function readPathItem(
  path: string,
  written: Spot,
  reading: ServiceReading,
  parts: ServiceParts,
  shapes: Shapes,
): OperationDraft[] {
  const { findings, root } = reading;
  const item = written.reference === undefined ? written : follow(written, findings);
  if (item === undefined) return [];
  reading.unknownKeys.look("path item", item);
  const drafts: OperationDraft[] = [];
  for (const [method, spot] of operationsOf(item)) {
    if (!isRecord(spot.value)) {
      findings.mistake(wrong.wrongPart(shown(spot.value), "an operation"), spot.origin);
      continue;
    }
    if (!METHODS_SERVED.has(method)) {
      findings.warn(wrong.notServed(`${method} ${path}`), spot.origin);
      continue;
    }
    const read = readPath(path, restNames(item, spot));
    if (!("template" in read)) {
      findings.mistake(wrong.malformedTemplate(read), written.origin);
      return drafts;
    }
    if (!isNewShape(path, method, read, shapes, written, reading)) continue;
    const levels = [root, item, spot]
      .map((level) => level.get("x-waymark"))
      .filter(({ value }) => value !== undefined);
    drafts.push(draftOf(path, method, item, spot, read, levels, reading, parts));
  }
  return drafts;
}

function isNewShape(
  path: string,
  method: string,
  { template }: ReadPath,
  shapes: Shapes,
  spot: Spot,
  { findings }: ServiceReading,
): boolean {
  const known = shapes.get(template.shape);
  if (known === undefined) shapes.set(template.shape, { path, methods: new Set([method]) });
  else if (known.methods.has(method)) {
    findings.mistake(wrong.sameShape(path, known.path), spot.origin);
    return false;
  } else known.methods.add(method);
  return true;
}

/** By their methods: those that OpenAPI has keys for, `x-query` of Waymark's 3.1, and 3.2's `additionalOperations`. */
function operationsOf(item: Spot): [string, Spot][] {
  const fixed = OPENAPI_METHODS.map(([key, method]): [string, Spot] => [method, item.get(key)]);
  const further = item
    .get("additionalOperations")
    .members()
    .map(([method, spot]): [string, Spot] => [method.toUpperCase(), spot]);
  return [...fixed, ...further].filter(([, { value }]) => value !== undefined);
}

function restNames(item: Spot, operation: Spot): ReadonlySet<string> {
  const parameters = [...item.get("parameters").items(), ...operation.get("parameters").items()];
  return new Set(
    parameters
      .map(({ value }) => value)
      .filter(isRecord)
      .filter((each) => each["x-waymark-catch-all"] === true)
      .map(({ name }) => name)
      .filter((name) => typeof name === "string"),
  );
}

function draftOf(
  path: string,
  method: string,
  item: Spot,
  spot: Spot,
  read: ReadPath,
  levels: readonly Spot[],
  reading: ServiceReading,
  parts: ServiceParts,
): OperationDraft {
  if (method !== "WEBSOCKET") reading.unknownKeys.look("operation", spot);
  const { operationId, summary, tags, deprecated } = spot.value as Readonly<Record<string, unknown>>;
  const { findings } = reading;
  if (operationId !== undefined && typeof operationId !== "string")
    findings.mistake(wrong.wrongPart(shown(operationId), "an operationId"), spot.get("operationId").origin);
  const { name, basePath } = parts.partOf(
    spot.get("servers").value === undefined ? item.get("servers") : spot.get("servers"),
  );
  return {
    reading,
    spot,
    levels,
    method,
    operationId: isText(operationId) ? operationId : generatedId(method, path),
    template: read.template,
    service: name,
    basePath,
    parts: {
      summary: typeof summary === "string" ? summary : null,
      ...descriptionOf(spot),
      tags: textsOf(tags),
      parameters: readParameters(item, spot, read, reading),
      requestBody: readRequestBody(spot.get("requestBody"), reading),
      responses: readResponses(spot.get("responses"), reading),
      security: readSecurity(spot, reading),
      ...passedSecurity(spot, reading),
    },
    isDeprecated: deprecated === true,
    sunset: readSunset(spot, findings),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** `get_orders_orderId`: stable as long as method and path are. `/orders/` is another path than `/orders`. */
function generatedId(method: string, path: string): string {
  const words = [method.toLowerCase(), ...path.split(/[^\w-]+/)].filter((word) => word !== "");
  return `${words.join("_")}${path.length > 1 && path.endsWith("/") ? "_" : ""}`;
}

function readRequestBody(written: Spot, reading: ServiceReading): RequestBody | null {
  if (written.value === undefined) return null;
  const spot = follow(written, reading.findings);
  if (spot === undefined) return null;
  if (!isRecord(spot.value)) {
    reading.findings.mistake(wrong.wrongPart(shown(spot.value), "a request body"), spot.origin);
    return null;
  }
  reading.unknownKeys.look("request body", spot);
  return {
    required: spot.value["required"] === true,
    ...descriptionOf(spot),
    content: readContent(spot.get("content"), reading),
  };
}

function readResponses(responses: Spot, reading: ServiceReading): Record<string, ResponseOutline> {
  const outlines: Record<string, ResponseOutline> = {};
  for (const [status, written] of responses.members()) {
    if (status.startsWith("x-")) continue;
    const key = status === "default" ? status : status.toUpperCase();
    if (key !== "default" && !/^[1-5](?:\d\d|XX)$/.test(key)) {
      reading.findings.mistake(
        wrong.wrongPart(`'${status}'`, "a status, a range such as 4XX, or default"),
        written.origin,
      );
      continue;
    }
    const spot = follow(written, reading.findings);
    if (spot === undefined) continue;
    reading.unknownKeys.look("response", spot);
    outlines[key] = { ...descriptionOf(spot), content: readContent(spot.get("content"), reading, true) };
  }
  return outlines;
}

/** Two that are written are a mistake; one that was made up gives way. */
function withOwnIds(drafts: readonly OperationDraft[], { findings }: ServiceReading): OperationDraft[] {
  const first = new Map<string, OperationDraft>();
  const isWritten = ({ spot }: OperationDraft): boolean => isText(spot.get("operationId").value);
  for (const draft of drafts.filter(isWritten)) {
    const other = first.get(draft.operationId);
    if (other === undefined) first.set(draft.operationId, draft);
    else {
      const place = `${other.method} ${other.template.text} (${describeOrigin(other.spot.origin)})`;
      findings.mistake(wrong.sameOperationId(draft.operationId, place), draft.spot.get("operationId").origin);
    }
  }
  return drafts.map((draft) => {
    if (isWritten(draft)) return draft;
    let operationId = draft.operationId;
    for (let count = 2; first.has(operationId); count++) operationId = `${draft.operationId}_${count}`;
    first.set(operationId, draft);
    return { ...draft, operationId };
  });
}
