import type { GatewayConfig, ServiceConfig } from "../config/config.ts";
import type { Documents, LoadedDocument } from "../documents/loaded-document.ts";
import { parseSource } from "../documents/source-file.ts";
import { describeMistake, type Mistake } from "../configuration-error.ts";
import type { Operation, Snapshot } from "../snapshot.ts";
import { tryCompile, type Compiled } from "./compile.ts";

/** A document of a text, with overlays and files beside it. */
export function documentOf(
  text: string,
  file = "orders.yaml",
  siblings: Readonly<Record<string, string>> = {},
  overlays: readonly string[] = [],
): LoadedDocument {
  return {
    main: parseSource(text, file, `/specs/${file}`),
    siblings: new Map(
      Object.entries(siblings).map(([name, sibling]) => [
        `/specs/${name}`,
        parseSource(sibling, name, `/specs/${name}`),
      ]),
    ),
    overlays: overlays.map((overlay, index) => parseSource(overlay, `overlay-${index}.yaml`)),
  };
}

/** A listener that asks clients for a certificate. */
export const ASKING: NonNullable<GatewayConfig["listen"]> = {
  tls: { cert: "server.pem", key: "server.key", clientCertificates: "request" },
};

/** `paths` and what follows of a document that is otherwise in order. */
export function orders(rest: string, version = "3.1.0"): string {
  return `openapi: ${version}\ninfo: { title: Orders, version: 1.2.0 }\nservers: [{ url: "https://orders.example.com/v1" }]\n${rest}`;
}

export function compiledOf(
  documents: Readonly<Record<string, string | LoadedDocument>>,
  config: Omit<GatewayConfig, "services"> & {
    readonly services?: Readonly<Record<string, Partial<ServiceConfig>>>;
  } = {},
): Compiled {
  const loaded: Documents = Object.fromEntries(
    Object.entries(documents).map(([name, text]) => [
      name,
      typeof text === "string" ? documentOf(text, `${name}.yaml`) : text,
    ]),
  );
  const services = Object.fromEntries(
    Object.keys(documents).map((name) => [name, { spec: `${name}.yaml`, ...config.services?.[name] }]),
  );
  return tryCompile({ ...config, services }, loaded);
}

export function snapshotOf(
  documents: Readonly<Record<string, string | LoadedDocument>>,
  config: Parameters<typeof compiledOf>[1] = {},
): Snapshot {
  const { snapshot, mistakes } = compiledOf(documents, config);
  if (snapshot === undefined) throw new Error(texts(mistakes).join("\n"));
  return snapshot;
}

export function texts(mistakes: readonly Mistake[]): string[] {
  return mistakes.map(describeMistake);
}

/** What is wrong with one document and its configuration. */
export function mistakesOf(
  text: string | LoadedDocument,
  config: Parameters<typeof compiledOf>[1] = {},
): string[] {
  return texts(compiledOf({ orders: text }, config).mistakes);
}

export function operationOf(snapshot: Snapshot, id: string): Operation {
  const found = snapshot.operations.find((operation) => operation.id === id);
  if (found === undefined)
    throw new Error(`no ${id} among ${snapshot.operations.map((operation) => operation.id).join(", ")}`);
  return found;
}
