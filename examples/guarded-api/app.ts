// An API for the pages of one site: who may read it, how often anybody may ask, who is signed in, and small replies.
import { App, body, dependency, endpoint, HttpError } from "waymark";
import { compression, cors, csrf, etag, rateLimit, sessions } from "waymark/middleware";
import { Secret } from "waymark/security";
import { z } from "zod";
import { passwordIsOf } from "../sign-in/people.ts";

// From the environment where it matters; one made at the start signs everybody out at the next.
const secret = new Secret(
  globalThis.process?.env["SESSION_SECRET"] ?? crypto.randomUUID() + crypto.randomUUID(),
);
const SITE = "https://app.example.com";

const session = sessions({
  secret,
  schema: z.object({ name: z.string().optional() }),
  regenerateOn: ["name"], // whoever signs in gets another cookie than before
  rolling: true,
  maxAge: 60 * 60,
});

const currentName = dependency(
  { input: { session }, errors: { 401: "Not signed in" } },
  function currentName({ session }) {
    return session.data.name ?? HttpError.throw(401, "Sign in first");
  },
);

const Credentials = z.object({ username: z.string(), password: z.string() }).meta({ id: "Credentials" });
const Me = z.object({ name: z.string() }).meta({ id: "Me" });
const Star = z.object({ name: z.string(), magnitude: z.number() }).meta({ id: "Star" });

const signIn = endpoint(
  {
    description: "Signs in.",
    input: { session, credentials: body(Credentials) },
    output: Me,
    errors: { 403: "No" },
  },
  async function signIn({ session, credentials: { username, password } }) {
    const person = await passwordIsOf(username, password);
    if (person === undefined) throw new HttpError(403, "No such name and password");
    session.set({ name: person.name });
    return { name: person.name };
  },
);

const readMe = endpoint(
  { description: "Who is signed in.", input: { name: currentName }, output: Me },
  function readMe({ name }) {
    return { name };
  },
);

const signOut = endpoint(
  { description: "Signs out.", input: { session }, status: 204 },
  function signOut({ session }) {
    session.destroy();
  },
);

const readStars = endpoint({ description: "Every star.", output: z.array(Star) }, function readStars() {
  return Array.from({ length: 500 }, (_, i) => ({ name: `Star ${i + 1}`, magnitude: i / 100 }));
});

const app = new App({ title: "Guarded", version: "1.0.0" });
// Outermost first: a page of the site can read every reply, a refusal by one of the others too.
app.use(
  cors({ origins: [SITE], credentials: true, exposed: ["RateLimit", "RateLimit-Policy", "Retry-After"] }),
);
app.use(csrf({ origins: [SITE] }));
app.use(rateLimit({ limit: 100, window: 60 }));
app.use(compression());
app.use(etag());

const patience = rateLimit({ name: "sign-in", limit: 5, window: 5 * 60 });
app.post("/session", signIn, { summary: "Sign in", middleware: [patience] });
app.get("/session", readMe, { summary: "Who am I" });
app.delete("/session", signOut, { summary: "Sign out" });
app.get("/stars", readStars, { summary: "Read the stars" });

export default app;
