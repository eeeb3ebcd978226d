import { endpoint, Router } from "waymark";
import { z } from "zod";
import { currentUser } from "./people.ts";

const Person = z.object({ name: z.string(), editor: z.boolean() }).meta({ id: "Person" });

export const readMe = endpoint(
  { description: "Tells who is signed in.", input: { user: currentUser }, output: Person },
  function readMe({ user }) {
    return user;
  },
);

export const account = new Router({ tags: ["account"] });

account.get("/me", readMe, { summary: "Who am I" });
