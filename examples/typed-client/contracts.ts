// What server and clients agree on: schemas and routes, no function. A browser can import it.
import { body, content, contract, events, path, query } from "waymark/contract";
import { z } from "zod";

export const Note = z.object({ id: z.int(), text: z.string(), by: z.string() }).meta({ id: "Note" });
const NewNote = z.object({ text: z.string().min(1).max(200) }).meta({ id: "NewNote" });

export const readNote = contract(
  { input: { id: path(z.int()) }, output: Note, errors: { 404: "No such note" } },
  {
    "GET /notes/{id}": { summary: "Read a note", canonical: true },
    "GET /memos/{memo}": { summary: "Read a memo", deprecated: true },
  },
);

export const listNotes = contract(
  {
    input: { by: query(z.array(z.string()).optional()), limit: query(z.int().max(100).default(10)) },
    output: z.array(Note),
  },
  { "GET /notes": { summary: "List notes" } },
);

export const addNote = contract(
  {
    input: { note: body(NewNote) },
    output: Note,
    status: 201,
    errors: { 401: "Not signed in", 409: { description: "Too many", schema: z.object({ most: z.int() }) } },
  },
  { "POST /notes": { summary: "Add a note" } },
);

export const followNotes = contract(
  { description: "Notes as they are added, until there are three.", output: events(Note) },
  { "GET /notes/stream": { summary: "Follow notes" } },
);

export const readPage = contract({ output: content("text/html") }, { "GET /": { hidden: true } });
