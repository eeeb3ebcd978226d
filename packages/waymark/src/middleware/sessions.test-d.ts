import { expectTypeOf } from "vitest";
import { z } from "zod";
import { App } from "../app.ts";
import { endpoint } from "../endpoint.ts";
import type { Middleware } from "../http/handlers.ts";
import { sessions } from "./sessions.ts";
import type { Session } from "./sessions/session.ts";

const secret = "a secret of at least thirty-two characters";
const session = sessions({
  secret,
  schema: z.object({ userId: z.string().optional(), visits: z.number().default(0) }),
  regenerateOn: ["userId"],
});

// a function sees what the schema gives
endpoint({ input: { session } }, ({ session: given }) => {
  expectTypeOf(given.data).toEqualTypeOf<{ userId?: string | undefined; visits: number }>();
  expectTypeOf(given.isNew).toEqualTypeOf<boolean>();
  given.set({ userId: "ada" });
  given.set({ userId: undefined });
  // @ts-expect-error -- Type 'number' is not assignable to type 'string'
  given.set({ userId: 1 });
  // @ts-expect-error -- 'name' does not exist
  given.set({ name: "ada" });
});

// without a schema it is a record of whatever was put into it
endpoint({ input: { session: sessions({ secret }) } }, ({ session: given }) => {
  expectTypeOf(given).toEqualTypeOf<Session<Record<string, unknown>>>();
  given.set({ anything: 1 });
});

// fields that mean rights are fields of the schema
sessions({
  secret,
  schema: z.object({ userId: z.string().optional() }),
  // @ts-expect-error -- Type '"user"' is not assignable to type '"userId"'
  regenerateOn: ["user"],
});

// it is used around an application, and as an input of its routes
const app = new App();
expectTypeOf(session.middleware).toExtend<Middleware>();
app.use(session.middleware);
app.get("/", () => "x", { dependencies: [session] });

// whoever is signed in is somebody: what means nobody is answered before
const people = new Map([["ada", { name: "Ada" }]]);
const currentUser = session.required(({ userId }) => userId && people.get(userId));
endpoint(
  { input: { user: currentUser, name: session.required(({ userId }) => Promise.resolve(userId)) } },
  (given) => {
    expectTypeOf(given).toEqualTypeOf<{ user: { name: string }; name: string }>();
  },
);
app.get("/me", () => "x", { dependencies: [currentUser] });
// @ts-expect-error -- Property 'user' does not exist
session.required(({ user }) => user);
