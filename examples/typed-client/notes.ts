// A client of the contracts: it runs in a browser as well as in Node, and imports nothing of the server.
import { createClient, type ClientOptions } from "waymark/client";
import * as contracts from "./contracts.ts";

const { readNote, listNotes, addNote, followNotes } = contracts;

/** What a page would show of a visit to the notes. */
export async function visit(options: ClientOptions): Promise<string[]> {
  const client = createClient({ readNote, listNotes, addNote, followNotes }, options);
  const lines: string[] = [];

  const ofBob = await client.listNotes({ by: ["bob"] });
  lines.push(`bob: ${ofBob.map(({ text }) => text).join(", ")}`);

  const memo = await client.readNote.via("GET /memos/{memo}")({ id: 1 });
  lines.push(`memo: ${memo.text}`);

  const missing = await client.readNote.safe({ id: 9 });
  if (!missing.ok && missing.status === 404) lines.push(`missing: ${missing.error.detail}`);

  const text = "Draw a map";
  for (const auth of [undefined, "ada", "ada"]) {
    const added = await client.addNote.safe({ note: { text } }, auth === undefined ? {} : { auth });
    if (added.ok) lines.push(`added: ${added.value.id} by ${added.value.by}`);
    else
      switch (added.status) {
        case 401:
          lines.push("not signed in");
          break;
        case 409:
          lines.push(`no more than ${added.error.most}`);
          break;
        case 422:
          lines.push(added.error.errors.map(({ message }) => message).join(", "));
          break;
        default:
          added satisfies never; // a status that is forgotten does not compile
      }
  }

  for await (const note of await client.followNotes()) lines.push(`followed: ${note.id}`);
  return lines;
}
