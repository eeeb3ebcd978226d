// One function, two audiences: who may call it is the route's business.
import { App, dependency, endpoint, HttpError } from "waymark";
import { bearer } from "waymark/security";

const people = new Map([
  ["ada-token", { name: "Ada", admin: true }],
  ["bob-token", { name: "Bob", admin: false }],
]);

export const currentUser = dependency(
  { input: { token: bearer() }, errors: { 401: "Not signed in" } },
  function currentUser({ token }) {
    return people.get(token) ?? HttpError.throw(401, "Nobody has this token");
  },
);

export const currentAdmin = dependency(
  { input: { user: currentUser }, errors: { 403: "Not an administrator" } },
  function currentAdmin({ user }) {
    return user.admin ? user : HttpError.throw(403, "Only administrators may do this");
  },
);

export const readReport = endpoint({ description: "Reads the report." }, function readReport() {
  return { report: "All quiet" };
});

const app = new App({ title: "Admin and user", version: "1.0.0" });

app.get("/admin/report", readReport, {
  summary: "Read the report as an administrator",
  dependencies: [currentAdmin],
});
app.get("/report", readReport, { summary: "Read the report", dependencies: [currentUser], canonical: true });

export default app;
