// Each comment `says` what the compiler says of the line below it, and of no other line.
import { Router } from "../src/routing/router.ts";
import { readItem, readPlain, tenant, tenants } from "./parts.ts";

// -- prefixes --
// says: 'items' must start with '/'
new Router({ prefix: "items" });
// says: '/items/' must not end with '/'
new Router({ prefix: "/items/" });
// says: '/items/{id' has a '{' that is never closed
new Router({ prefix: "/items/{id" });
// says: '/{rest:path}' goes on after {rest:path}, which takes the rest of the path
new Router({ prefix: "/{rest:path}" });

// -- the names of a prefix are matched exactly --
// says: nothing reads {tenantId} of '/tenants/{tenantId}/items/{itemId}'
tenants.get("/items/{itemId}", readPlain);
// says: '/tenants/{tenantId}/items' must contain {itemId}
tenants.get("/items", readPlain);
// says: '/tenants/{tenantId}/items' must contain {itemId}
tenants.get("/items", readItem);
// says: nothing reads {tenantId} of '/tenants/{tenantId}/ping'
tenants.get("/ping", () => "pong");
// says: '/tenants/{tenantId}/{tenantId}' names {tenantId} twice
tenants.get("/{tenantId}", readItem);
// says: 'items' must start with '/'
tenants.get("items", readItem);
// says: nothing reads {tenantId} of '/tenants/{tenantId}'
tenants.get("", () => "pong");

// -- what the guards of a router read --
const guarded = new Router({ dependencies: [tenant] });
// says: '/items/{itemId}' must contain {tenantId}
guarded.get("/items/{itemId}", readPlain);
// says: '/ping' must contain {tenantId}
guarded.get("/ping", () => "pong");

// says: Object literal may only specify known properties, but 'sumary' does not exist in type 'AddedRoute'. Did you mean to write 'summary'?
guarded.add({ method: "GET", path: "/x", endpoint: readItem, sumary: "x" });
