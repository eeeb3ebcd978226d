// Signing in with a name and a password, and tokens that say what their owner may do: "Authorize" at /docs does it all.
import { App, dependency, endpoint, HttpError } from "waymark";
import { oauth2, OAuthError, Secret, signJwt, tokenEndpoint } from "waymark/security";
import { z } from "zod";
import { passwordIsOf, people } from "./people.ts";

// From the environment where it matters; one made at the start signs everybody out at the next.
const secret = new Secret(
  globalThis.process?.env["TOKEN_SECRET"] ?? crypto.randomUUID() + crypto.randomUUID(),
);
const MINUTES_15 = 15 * 60;

const token = oauth2({
  flows: {
    password: {
      // below where the document is, whatever stands before it
      tokenUrl: "token",
      scopes: { "notes:read": "Read your notes", "notes:write": "Write notes" },
    },
  },
  jwt: { secret, claims: z.object({ sub: z.string() }) },
  description: "Names are `ada` and `bob`, passwords `analytical` and `builder`; Bob may only read.",
});

const currentUser = dependency(
  { input: { claims: token }, errors: { 401: "Not signed in" } },
  function currentUser({ claims }) {
    return people.get(claims.sub) ?? HttpError.throw(401, "There is no such person any more");
  },
);

const Note = z.object({ by: z.string(), text: z.string() }).meta({ id: "Note" });

const readNotes = endpoint(
  { description: "Reads your notes.", input: { user: currentUser }, output: z.array(Note) },
  function readNotes({ user }) {
    return user.notes.map((text) => ({ by: user.name, text }));
  },
);

const addNote = endpoint(
  { description: "Adds a note that says hello.", input: { user: currentUser }, output: Note, status: 201 },
  function addNote({ user }) {
    const text = `Hello, it is note ${user.notes.length + 1}`;
    user.notes.push(text);
    return { by: user.name, text };
  },
);

const app = new App({ title: "Sign in", version: "1.0.0", docs: { oauth: { clientId: "docs" } } });

app.post(
  "/token",
  tokenEndpoint({
    async password({ username, password, scopes }) {
      const person = await passwordIsOf(username, password);
      if (person === undefined) throw new OAuthError("invalid_grant", "No such name and password");
      const granted = scopes.filter((scope) => person.scopes.includes(scope));
      const accessToken = await signJwt(
        { sub: username, scope: granted.join(" ") },
        { secret, expiresIn: MINUTES_15 },
      );
      return { accessToken, expiresIn: MINUTES_15, scopes: granted };
    },
  }),
  { tags: ["Signing in"] },
);
app.get("/notes", readNotes, { scopes: ["notes:read"] });
app.post("/notes", addNote, { scopes: ["notes:write"] });

export default app;
