// A small complete service: several routers, one store for the whole application, declared errors, authentication.
import { App } from "waymark";
import { account } from "./account.ts";
import { editing, products } from "./products.ts";

const app = new App({
  title: "Catalogue",
  version: "1.0.0",
  description:
    "A catalogue of things for a journey. Reading is open; changing needs the token of an editor: `ada-token`.",
  license: { name: "MIT", identifier: "MIT" },
  tags: [
    { name: "products", description: "What everybody may read" },
    { name: "editing", description: "What editors may change" },
    { name: "account", description: "Who is signed in" },
  ],
});

app.include(products);
app.include(editing);
app.include(account);

export default app;
