// Users and customers, named differently on the wire, reach the function as one `identifier`.
import { App, endpoint, path, query } from "waymark";
import { z } from "zod";

export const readAccount = endpoint(
  {
    input: {
      identifier: path(z.int().min(1)),
      verbose: query(z.boolean().default(false), { description: "Tell everything" }),
    },
  },
  function readAccount({ identifier, verbose }) {
    return verbose ? { identifier, name: `Account ${identifier}`, active: true } : { identifier };
  },
);

const app = new App({ title: "Users and customers", version: "1.0.0" });

app.route(readAccount, {
  "GET /users/{userId}": { summary: "Read a user", canonical: true },
  // {customerId} is the one name left over, so it maps by itself; `verbose` is called differently here, so bind says so.
  "GET /customers/{customerId}": { summary: "Read a customer", bind: { verbose: "details" } },
});

export default app;
