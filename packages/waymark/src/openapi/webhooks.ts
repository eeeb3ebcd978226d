import type { WebhookRequest } from "../routing/outgoing.ts";
import type { DocumentParts } from "./document-parts.ts";
import type { PathItemObject } from "./document.ts";
import { unusableSchema } from "../mistakes.ts";
import { SchemaError } from "../schema/schema-error.ts";
import type { Mistake } from "../start-up-error.ts";
import { sameWebhook, webhookOperationId } from "./mistakes.ts";
import { outgoingItem, outgoingOf } from "./outgoing.ts";

/** A webhook as it was declared. */
export interface Webhook {
  readonly name: string;
  readonly request: WebhookRequest;
}

/** The webhooks of a document; `operationIds` are those that are taken. What is wrong is told of. */
export function webhooksOf(
  webhooks: readonly Webhook[],
  operationIds: ReadonlySet<string>,
  parts: DocumentParts,
  report: (mistake: Mistake) => void,
): Record<string, PathItemObject> {
  const items = new Map<string, PathItemObject>();
  const taken = new Set(operationIds);
  for (const { name, request } of webhooks) {
    const { operationId = name } = request;
    if (taken.has(operationId)) report(webhookOperationId(name, operationId));
    taken.add(operationId);
    const operation = attempt(name, report, () =>
      outgoingOf(request, { name, operationId, label: `the webhook '${name}'` }, parts),
    );
    if (operation === undefined) continue;
    const known = items.get(name) ?? {};
    const item = outgoingItem(request, operation);
    if (Object.keys(item).some((method) => method in known)) report(sameWebhook(name));
    items.set(name, { ...known, ...item });
  }
  return Object.fromEntries(items);
}

function attempt<T>(name: string, report: (mistake: Mistake) => void, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    report(unusableSchema(`a schema of the webhook '${name}'`, error.message));
    return undefined;
  }
}
