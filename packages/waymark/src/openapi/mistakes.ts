import type { Mistake } from "../start-up-error.ts";

/* WM7xx: what no document can say. `one` and `other` tell where the two were met. */

export const sameSchemaId = (id: string, one: string, other: string): Mistake => ({
  code: "WM701",
  message: `two different schemas have the id '${id}': in ${one} and in ${other}`,
  remedy: "Give one of them another id, or use the same schema in both places.",
});

/** `component` is the name that the input variant of `id` needs beside its output. */
export const takenByVariant = (component: string, id: string, other: string): Mistake => ({
  code: "WM702",
  message: `'${component}' is the id of the schema in ${other}, and the name of what '${id}' takes as input`,
  remedy: `Give the schema in ${other} another id.`,
});

export const sameSecurityScheme = (name: string, one: string, other: string): Mistake => ({
  code: "WM703",
  message: `two different security schemes have the name '${name}': on ${one} and on ${other}`,
  remedy: "Give one of them another schemeName, or use the same marker in both places.",
});

/** WM704 and WM705 are of the docs pages. */
export const sameWebhook = (name: string): Mistake => ({
  code: "WM706",
  message: `the webhook '${name}' is declared twice with one method`,
  remedy: "Take one of them away, or give it another name.",
});

export const webhookOperationId = (name: string, operationId: string): Mistake => ({
  code: "WM707",
  message: `the operationId '${operationId}' of the webhook '${name}' is also that of another operation`,
  remedy: "Give the webhook an operationId of its own.",
});
