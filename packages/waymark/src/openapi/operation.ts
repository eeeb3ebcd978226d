import type { Route } from "../routing/route.ts";
import { compact } from "./compact.ts";
import { deprecationNote } from "./deprecation-notes.ts";
import type { OperationObject } from "./document.ts";
import { parametersOf } from "./parameters.ts";
import { readsOf } from "./reads.ts";
import { requestBodyOf } from "./request-body.ts";
import { responsesOf } from "./responses.ts";
import type { DocumentParts } from "./document-parts.ts";
import { securityOf } from "./security.ts";
import { titleCase } from "./title-case.ts";

/**
 * One route in full, whatever it shares with others: its own wire names, words, errors and security.
 * `shownNames` are the names of its path parameters where it stands under the template of another route.
 */
export function operationOf(
  route: Route,
  shownNames: readonly string[],
  parts: DocumentParts,
): OperationObject {
  const { operationId, tags } = route;
  const reads = readsOf(route);
  const label = `${route.method} ${route.template.text}`;
  const context = { ...parts, operationId, label, template: route.template, shownNames };
  const parameters = parametersOf(reads.wire, context);
  for (const credential of reads.credentials) parts.securitySchemes.add(credential, label);
  return compact<OperationObject>({
    tags: tags.length === 0 ? undefined : tags,
    summary: route.summary ?? titleCase(route.name),
    description: paragraphs(route.description, deprecationNote(route)),
    operationId,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: requestBodyOf(reads.bodies, context),
    responses: responsesOf(route, reads, context),
    deprecated: route.deprecated === false ? undefined : true,
    security: securityOf(reads.credentials),
    "x-waymark-endpoint": parts.marks.get(route.endpoint),
  });
}

function paragraphs(...texts: (string | undefined)[]): string | undefined {
  const said = texts.filter((text) => text !== undefined && text !== "");
  return said.length === 0 ? undefined : said.join("\n\n");
}
