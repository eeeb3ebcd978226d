// What can be imported from the package, and in a few words why.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const PURPOSES = {
  ".": "Applications, routers, endpoints, dependencies, inputs, outputs, replies, errors, and the server.",
  "./client": "The typed client, without generation.",
  "./contract": "Contracts that a client in a browser shares with a server.",
  "./inputs": "The inputs alone, for `import * as input`.",
  "./security": "Credentials, scopes, tokens, secrets.",
  "./middleware": "CORS, CSRF, sessions, limits, compression and the rest.",
  "./settings": "Settings from environment and files, by schemas.",
  "./static": "Files and single-page apps.",
  "./node": "Express and Connect, in both directions.",
  "./observability": "Logs.",
  "./opentelemetry": "Traces and metrics by OpenTelemetry.",
  "./prometheus": "Metrics for Prometheus.",
  "./openapi": "What changed between two OpenAPI documents.",
  "./testing": "The testing kit: an in-process client, overrides, contract fuzzing.",
  "./typebox": "TypeBox types as schemas.",
};

/** For sibling packages of the same version: lower than applications want. */
const INTERNAL = ["./internal", "./wire"];

/** The entry points of a package, each with the page of its reference and the file of its declarations. */
export function entryPoints(folder) {
  const { name, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return Object.entries(exports)
    .filter(([path, { types }]) => types !== undefined && !INTERNAL.includes(path))
    .map(([path, { types }]) => {
      const purpose = PURPOSES[path];
      if (purpose === undefined)
        throw new Error(`scripts/reference/entry-points.mjs says nothing of ${path}`);
      const page = `${path === "." ? name : path.slice(2)}.md`;
      return {
        name: path === "." ? name : `${name}/${path.slice(2)}`,
        purpose,
        page,
        types: join(folder, types),
      };
    });
}
