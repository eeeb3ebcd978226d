// The functions behind the contracts, and what only the server knows: who is signed in, and the notes.
import { App, dependency, endpoint, event, HttpError } from "waymark";
import { bearer } from "waymark/security";
import { addNote, followNotes, listNotes, readNote, readPage } from "./contracts.ts";

const notes = [
  { id: 1, text: "Buy a compass", by: "ada" },
  { id: 2, text: "Sell the old one", by: "bob" },
];
const MOST = 3;

const currentUser = dependency(
  { input: { token: bearer() } },
  ({ token }) => ["ada", "bob"].find((name) => name === token) ?? HttpError.throw(401),
);

const app = new App({ title: "Notes", version: "1.0.0" });

app.route(
  endpoint(readNote, function readNote({ id }) {
    return notes.find((note) => note.id === id) ?? HttpError.throw(404, `No note ${id}`);
  }),
  readNote.routes,
);

app.route(
  endpoint(listNotes, function listNotes({ by, limit }) {
    return notes.filter((note) => by === undefined || by.includes(note.by)).slice(0, limit);
  }),
  listNotes.routes,
);

// A contract may get inputs that only the server has.
app.route(
  endpoint({ ...addNote, input: { ...addNote.input, user: currentUser } }, function addNote({ note, user }) {
    if (notes.length >= MOST) throw new HttpError(409, "Too many notes", { members: { most: MOST } });
    const added = { id: notes.length + 1, text: note.text, by: user };
    notes.push(added);
    return added;
  }),
  addNote.routes,
);

app.route(
  endpoint(followNotes, async function* followNotes() {
    for (let i = 0; i < MOST; i++) {
      while (notes[i] === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
      yield event({ data: notes[i]!, id: String(i + 1) });
    }
  }),
  followNotes.routes,
);

app.route(
  endpoint(readPage, () => "<!doctype html><title>Notes</title><h1>Notes</h1>"),
  readPage.routes,
);

export default app;
