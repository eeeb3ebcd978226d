import type { OpenApiDocument, SecurityRequirementObject } from "../../openapi/document.ts";
import type { Credential, FuzzOptions } from "../fuzz-options.ts";
import type { FuzzOperation } from "./operations.ts";
import type { Written } from "./write-draft.ts";

interface Scheme {
  readonly type?: string;
  readonly scheme?: string;
  readonly in?: string;
  readonly name?: string;
}

/** What has to be sent so that an operation may be asked. */
export interface Needed {
  /** Undefined: nothing is known that would do, and the operation refuses everybody. */
  readonly schemes: readonly string[] | undefined;
  /** Whether those who send nothing are refused. */
  readonly isRequired: boolean;
}

export function neededFor({ operation }: FuzzOperation, options: FuzzOptions): Needed {
  const alternatives: readonly SecurityRequirementObject[] = operation.security ?? [];
  const known = options.credentials ?? {};
  const isRequired = alternatives.length > 0 && alternatives.every((each) => Object.keys(each).length > 0);
  const usable = alternatives
    .map((each) => Object.keys(each))
    .find((schemes) => schemes.length > 0 && schemes.every((scheme) => Object.hasOwn(known, scheme)));
  return { schemes: usable ?? (isRequired ? undefined : []), isRequired };
}

/** The same request with its credentials. */
export async function withCredentials(
  written: Written,
  schemes: readonly string[],
  document: OpenApiDocument,
  credentials: NonNullable<FuzzOptions["credentials"]>,
): Promise<Written> {
  let { target, headers } = written;
  for (const name of schemes) {
    const {
      type,
      scheme,
      in: place,
      name: field = "",
    } = (document.components?.securitySchemes?.[name] ?? {}) as Scheme;
    const credential = await supplied(credentials[name]!);
    const text =
      typeof credential === "string" ? credential : `${credential.username}:${credential.password}`;
    if (type !== "apiKey") headers = [...headers, ["authorization", authorization(scheme, credential, text)]];
    else if (place === "header") headers = [...headers, [field, text]];
    else if (place === "cookie") headers = [...headers, ["cookie", `${field}=${encodeURIComponent(text)}`]];
    else
      target += `${target.includes("?") ? "&" : "?"}${encodeURIComponent(field)}=${encodeURIComponent(text)}`;
  }
  return { ...written, target, headers };
}

async function supplied(credential: Credential): Promise<Exclude<Credential, () => unknown>> {
  return typeof credential === "function" ? await credential() : credential;
}

function authorization(scheme: string | undefined, credential: unknown, text: string): string {
  const isBasic = scheme?.toLowerCase() === "basic" || typeof credential !== "string";
  return isBasic ? `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(text)))}` : `Bearer ${text}`;
}
