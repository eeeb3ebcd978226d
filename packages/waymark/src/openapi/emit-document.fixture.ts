import { buildDocument } from "./build-document.ts";
import type { OpenApiDocument } from "./document.ts";
import type { DocumentInfo } from "./info.ts";
import { resolveRoutes } from "../routing/resolve.ts";
import { Router } from "../routing/router.ts";
import { lintDocuments, type LintProblem } from "./lint-document.fixture.ts";

const emitted: OpenApiDocument[] = [];

/** The document of some routes, remembered for `lintEmitted`. */
export function emitDocument(
  declare: (router: Router) => void,
  info: Partial<DocumentInfo> = {},
): OpenApiDocument {
  const router = new Router();
  declare(router);
  const license = { name: "MIT", identifier: "MIT" };
  const document = buildDocument(resolveRoutes(router), {
    title: "Test",
    version: "1.0.0",
    license,
    ...info,
  });
  emitted.push(document);
  return document;
}

/**
 * What the linter says about every document emitted so far. Operations that refuse nothing are left alone: a client error
 * that cannot happen is not documented.
 */
export async function lintEmitted(): Promise<LintProblem[]> {
  const problems = await lintDocuments(emitted);
  return problems.filter(({ rule }) => rule !== "operation-4xx-response");
}
