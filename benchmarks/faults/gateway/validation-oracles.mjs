// Other validators of requests by OpenAPI, asked about the same messages: Prism, and openapi-backend.
import { createRequire } from "node:module";
import { join } from "node:path";

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch"]);

/** @param folder where both are installed. */
export async function oraclesOf(folder, file, document) {
  const load = createRequire(join(folder, "package.json"));
  return { prism: await prism(load, file), backend: await backend(load, document) };
}

async function prism(load, file) {
  const { getHttpOperationsFromSpec } = load("@stoplight/prism-http");
  const { validateInput } = load("@stoplight/prism-http/dist/validator");
  const operations = await getHttpOperationsFromSpec(file);
  const byName = new Map(
    operations.map((each) => [`${each.method.toUpperCase()} ${shapeOf(each.path)}`, each]),
  );
  return ({ template, method }, message) => {
    const resource = byName.get(`${method} ${shapeOf(template)}`);
    if (resource === undefined) return undefined;
    const type = message.headers["content-type"] ?? "";
    let body;
    try {
      body = message.body.length === 0 ? undefined : parsed(type, message.body);
    } catch {
      return "no JSON";
    }
    const { headers } = message;
    const element = {
      method: method.toLowerCase(),
      url: { path: message.path, query: queryOf(message.search) },
      headers,
      body,
    };
    let result;
    try {
      result = validateInput({ resource, element });
    } catch (error) {
      return `threw ${error.message.slice(0, 60)}`;
    }
    if (result._tag === "Right") return "";
    return result.left.map(({ code, path = [] }) => `${path[0] ?? ""} ${code}`).join("; ");
  };
}

async function backend(load, document) {
  const { OpenAPIBackend } = load("openapi-backend");
  const addFormats = load("ajv-formats");
  if (!String(document.openapi).startsWith("3.")) return () => undefined;
  const definition = structuredClone(document);
  const ids = new Map();
  for (const [path, item] of Object.entries(definition.paths))
    for (const [method, operation] of Object.entries(item))
      if (METHODS.has(method)) {
        operation.operationId = `${method} ${path}`;
        ids.set(`${method.toUpperCase()} ${shapeOf(path)}`, operation.operationId);
      }
  const { validator } = await new OpenAPIBackend({
    definition,
    quick: true,
    coerceTypes: true,
    ajvOpts: { strict: false, logger: false },
    customizeAjv: (ajv) => addFormats.default(ajv),
  }).init();
  return ({ template, method }, message) => {
    const id = ids.get(`${method} ${shapeOf(template)}`);
    if (id === undefined) return undefined;
    const request = {
      method,
      path: message.path,
      query: message.search,
      headers: message.headers,
      body: message.body.length === 0 ? undefined : message.body.toString("utf8"),
    };
    try {
      const { valid, errors } = validator.validateRequest(request, id);
      return valid
        ? ""
        : (errors ?? [])
            .map(({ keyword, instancePath }) => `${instancePath.split("/")[1] ?? ""} ${keyword}`)
            .join("; ");
    } catch (error) {
      return `threw ${error.message.slice(0, 60)}`;
    }
  };
}

/** The names of parameters differ between documents and what is made of them. */
const shapeOf = (path) => path.replaceAll(/\{[^}]*\}/g, "{}");

function parsed(type, bytes) {
  const text = bytes.toString("utf8");
  return /^application\/(?:[^;]*\+)?json\b/i.test(type) ? JSON.parse(text) : text;
}

function queryOf(search) {
  const query = {};
  for (const [name, value] of new URLSearchParams(search))
    query[name] = name in query ? [query[name], value].flat() : value;
  return query;
}
