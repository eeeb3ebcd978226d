import { judgedCredentials, usesOf } from "../routing/route-scopes.ts";
import type { Route } from "../routing/route.ts";
import { compact } from "./compact.ts";
import { deprecationNote, sunsetOf } from "./deprecation-notes.ts";
import type { OperationObject } from "./document.ts";
import { formBodyOf } from "./form-body.ts";
import { mergeExtra } from "../routing/merge-extra.ts";
import { ofVersion } from "./of-version.ts";
import { callbacksOf } from "./outgoing.ts";
import { parametersOf } from "./parameters.ts";
import { readsOf } from "./reads.ts";
import { requestBodyOf } from "./request-body.ts";
import { responsesOf } from "./responses.ts";
import type { DocumentParts } from "./document-parts.ts";
import { securityOf, type AskedScopes } from "./security.ts";
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
  const operation = compact<OperationObject>({
    tags: tags.length === 0 ? undefined : tags,
    summary: route.summary ?? titleCase(route.name),
    description: paragraphs(route.description, deprecationNote(route)),
    operationId,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: formBodyOf(reads.form, context) ?? requestBodyOf(reads.bodies, reads.raw, context),
    responses: responsesOf(route, reads, context),
    deprecated: route.deprecated === false ? undefined : true,
    security: securityOf(reads.credentials, askedScopes(route)),
    callbacks: route.callbacks && callbacksOf(route.callbacks, { operationId, label }, parts),
    "x-sunset": sunsetOf(route),
    "x-waymark-endpoint": parts.marks.get(route.endpoint),
  });
  const versioned = ofVersion(operation, route, parts.versioning);
  return route.extra === undefined ? versioned : (mergeExtra(versioned, route.extra) as OperationObject);
}

/** Scopes stand at the schemes that are made for them, and at credentials whose scopes somebody looks at. */
function askedScopes(route: Route): AskedScopes {
  const judged = judgedCredentials(route.sources, usesOf(route));
  return {
    scopes: route.scopes,
    of: (credential) =>
      credential.checksScopes === true ||
      judged.has(credential) ||
      credential.scheme["type"] === "oauth2" ||
      credential.scheme["type"] === "openIdConnect",
  };
}

function paragraphs(...texts: (string | undefined)[]): string | undefined {
  const said = texts.filter((text) => text !== undefined && text !== "");
  return said.length === 0 ? undefined : said.join("\n\n");
}
