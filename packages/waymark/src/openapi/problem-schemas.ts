import type { SchemaObject } from "./document.ts";

/** RFC 9457 §3.1. */
export const PROBLEM: SchemaObject = {
  type: "object",
  description: "What went wrong (RFC 9457).",
  required: ["type", "title", "status"],
  properties: {
    type: {
      type: "string",
      format: "uri-reference",
      default: "about:blank",
      description: "Names the kind of problem.",
    },
    title: { type: "string", description: "The kind of problem in words." },
    status: { type: "integer", minimum: 400, maximum: 599, description: "The status of the response." },
    detail: { type: "string", description: "What is wrong with this request." },
    instance: {
      type: "string",
      format: "uri-reference",
      description: "Names this occurrence of the problem.",
    },
  },
};

/** A problem with everything that is wrong with the values of a request. */
export function validationProblem(problem: SchemaObject): SchemaObject {
  return {
    description: "Everything that is wrong with the values of a request.",
    allOf: [
      problem,
      {
        type: "object",
        required: ["errors"],
        properties: { errors: { type: "array", items: ISSUE } },
      },
    ],
  };
}

const ISSUE: SchemaObject = {
  type: "object",
  required: ["in", "name", "path", "message", "code"],
  properties: {
    in: {
      type: "string",
      enum: ["path", "query", "header", "cookie", "body", "form"],
      description: "Where the value stands.",
    },
    name: { type: "string", description: "The value's name there; empty for a body that stands alone." },
    path: {
      type: "array",
      items: { type: ["string", "integer"] },
      description: "The way to the wrong part inside the value.",
    },
    message: { type: "string" },
    code: { type: "string", description: "The kind of mistake, for programs." },
  },
};
