import type { App } from "waymark";
import type { Question } from "./blocks.ts";

/** What curl would print, as far as the page tells: with `-i` only the fields that the page names. */
export async function ask(app: App, question: Question): Promise<string> {
  const { path, method, headers, body, head, answer } = question;
  const response = await app.request(path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = (await response.text()).trim();
  if (!head) return text;
  const named = answer
    .split("\n\n")[0]!
    .split("\n")
    .slice(1)
    .map((line) => line.split(":")[0]!);
  const lines = [
    `HTTP/1.1 ${response.status}`,
    ...named.map((name) => `${name}: ${response.headers.get(name)}`),
  ];
  return text === "" ? lines.join("\n") : `${lines.join("\n")}\n\n${text}`;
}
