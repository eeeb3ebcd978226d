import type { Received } from "./received.ts";
import type { Written } from "./write-draft.ts";

/** Longer bodies say no more. */
const LONGEST = 2000;

/** A request as a command. */
export async function curlOf({ method, target, headers, body }: Written, base: string): Promise<string> {
  const words = ["curl"];
  if (method !== (body === undefined ? "GET" : "POST")) words.push("-X", method);
  for (const [name, value] of headers) words.push("-H", quoted(`${name}: ${value}`));
  words.push(...(await bodyWords(body)), quoted(base + target));
  return words.join(" ");
}

async function bodyWords(body: Written["body"]): Promise<string[]> {
  if (body === undefined) return [];
  if (typeof body === "string") return ["--data-binary", quoted(shortened(body))];
  if (body instanceof URLSearchParams) return ["--data-binary", quoted(shortened(body.toString()))];
  if (body instanceof Uint8Array) return ["--data-binary", ansiQuoted(body)];
  if (!(body instanceof FormData)) return [];
  const words: string[] = [];
  for (const [name, value] of body)
    words.push(
      "-F",
      quoted(
        typeof value === "string"
          ? `${name}=${value}`
          : `${name}=${shortened(await value.text())};filename=${value.name};type=${value.type}`,
      ),
    );
  return words;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function ansiQuoted(bytes: Uint8Array): string {
  return `$'${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}'`;
}

/** Status, media type and the beginning of the body. */
export function replyText({ status, type, text }: Received): string {
  return [String(status), type, text.slice(0, 500)].filter((part) => part !== "").join(" ");
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}
