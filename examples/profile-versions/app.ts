// Two versions of an API by one function. What differs is given by the route; the older shape is the route's `output`.
import { App, constant, endpoint, given, path } from "waymark";
import { z } from "zod";

const Profile = z
  .object({ id: z.string(), name: z.object({ given: z.string(), family: z.string() }), followers: z.int() })
  .meta({ id: "Profile" });

const ProfileV1 = z.object({ id: z.string(), fullName: z.string() }).meta({ id: "ProfileV1" });

export const readProfile = endpoint(
  {
    input: { userId: path(z.string()), version: given<1 | 2>() },
    output: Profile,
  },
  function readProfile({ userId, version }) {
    // Followers are counted only for those who see them.
    return { id: userId, name: { given: "Ada", family: "Lovelace" }, followers: version === 1 ? 0 : 42 };
  },
);

const app = new App({ title: "Profiles in two versions", version: "2.0.0" });

app.route(readProfile, {
  "GET /v2/profiles/{userId}": { summary: "Read a profile", bind: { version: constant(2) } },
  // Deleting this one entry ends version 1; the operationId of version 2 stays what it is.
  "GET /v1/profiles/{userId}": {
    summary: "Read a profile (version 1)",
    bind: { version: constant(1) },
    deprecated: { since: "2026-06-01", sunset: "2027-01-01", successor: "/v2/profiles/{userId}" },
    output: ProfileV1,
    map: ({ id, name }) => ({ id, fullName: `${name.given} ${name.family}` }),
  },
});

export default app;
