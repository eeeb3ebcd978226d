import { dependency, HttpError } from "waymark";
import { bearer } from "waymark/security";

/** Who may sign in. A real service asks its identity provider. */
const people = new Map([
  ["ada-token", { name: "Ada", editor: true }],
  ["bob-token", { name: "Bob", editor: false }],
]);

export const currentUser = dependency(
  {
    input: { token: bearer({ description: "Try `ada-token` (an editor) or `bob-token`." }) },
    errors: { 401: "Not signed in" },
  },
  function currentUser({ token }) {
    return (
      people.get(token) ??
      HttpError.throw(401, "Nobody has this token", { headers: { "www-authenticate": "Bearer" } })
    );
  },
);

export const currentEditor = dependency(
  { input: { user: currentUser }, errors: { 403: "Not an editor" } },
  function currentEditor({ user }) {
    return user.editor ? user : HttpError.throw(403, "Only editors may change the catalogue");
  },
);
