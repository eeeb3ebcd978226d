// Each comment `says` what the compiler says of the line below it, and of no other line: one wrong row leaves the others alone.
import { z } from "zod";
import { constant } from "../src/inputs/constant.ts";
import { app, ownId, readItem, readPlain, readProfile, readUser, tenant, tenants } from "./parts.ts";

app.route(readUser, {
  "GET /users/{userId}": { summary: "Read a user" },
  // says: '/users' must contain {userId}
  "GET /users": {},
  // says: '/users/{a}/{b}' must contain {userId}
  "GET /users/{a}/{b}": {},
  // says: nothing reads {more} of '/users/{userId}/{more}'
  "GET /users/{userId}/{more}": { summary: "x" },
  "GET /people/{personId}": {},
  // says: 'FETCH' is not a method
  "FETCH /users/{userId}": {},
  // says: 'get' is not a method
  "get /users/{userId}": {},
  // says: 'GET/users/{userId}' must look like 'GET /path'
  "GET/users/{userId}": {},
  // says: 'users/{userId}' must start with '/'
  "GET users/{userId}": {},
  // says: '/users/{userId' has a '{' that is never closed
  "GET /users/{userId": {},
  // says: '/{userId}/{userId}' names {userId} twice
  "GET /{userId}/{userId}": {},
  // says: 'userId' is string, what is bound to it gives number
  "GET /me": { bind: { userId: constant(4) } },
  // says: 'userId' is string, what is bound to it gives number
  "GET /me2": { bind: { userId: ownId } },
  // says: the function has no input 'userid': did you mean 'userId'?
  "GET /me3/{userId}": { bind: { userid: constant("4") } },
  // says: '/me4' must contain {who}
  "GET /me4": { bind: { userId: "who" } },
  // says: 'sumary' is not an option of a route: did you mean 'summary'?
  "GET /option/{userId}": { sumary: "Read a user" },
  // says: Type 'number' is not assignable to type 'string'.
  "GET /summary/{userId}": { summary: 4 },
  // says: '/guarded/{userId}' must contain {tenantId}
  "GET /guarded/{userId}": { dependencies: [tenant] },
  // says: the result has no 'nam': add map
  "GET /narrow/{userId}": { output: z.object({ nam: z.string() }) },
  // says: Type 'number' is not assignable to type 'string'.
  "GET /map/{userId}": { output: z.object({ id: z.string() }), map: (user) => ({ id: user.version }) },
  // says: map needs output, the schema of what it returns
  "GET /map2/{userId}": { map: (user) => user.userId },
  "GET /map3/{userId}": { output: z.object({ id: z.string() }), map: (user) => ({ id: user.userId }) },
});

app.route(readItem, {
  // says: '/items/{itemId}' must contain {tenantId}
  "GET /items/{itemId}": {},
  "GET /{org}/{itemId}": { rename: { tenantId: "org" } },
  // says: '/{org}/{itemId}' must contain {company}
  "PUT /{org}/{itemId}": { rename: { tenantId: "company" } },
  // says: 'owner' has no name on the wire: bind a source to it
  "GET /{tenantId}/{itemId}": { bind: { owner: "x" } },
});

app.route(readProfile, {
  // says: 'version' has no source of its own: bind it
  "GET /profile": {},
  "GET /v1/profile": { bind: { version: constant(1) } },
  // says: 'version' does not take 3
  "GET /v3/profile": { bind: { version: constant(3) } },
});

app.route(() => "pong", {
  "GET /ping": {},
  // says: nothing reads {x} of '/ping/{x}'
  "GET /ping/{x}": {},
  // says: the function has no input 'x'
  "POST /ping": { bind: { x: constant(1) } },
});

tenants.route(readPlain, {
  // says: nothing reads {tenantId} of '/tenants/{tenantId}/items/{itemId}'
  "GET /items/{itemId}": {},
  "GET /guarded/{itemId}": { dependencies: [tenant] },
});
