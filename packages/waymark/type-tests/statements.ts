// Each comment `says` what the compiler says of the line below it, and of no other line.
import { z } from "zod";
import { constant } from "../src/inputs/constant.ts";
import { given } from "../src/inputs/given.ts";
import { path } from "../src/inputs/path.ts";
import { query } from "../src/inputs/query.ts";
import { endpoint } from "../src/endpoint.ts";
import {
  app,
  create,
  createBoth,
  listUsers,
  ownId,
  readItem,
  readPair,
  readPlain,
  readProfile,
} from "./parts.ts";
import { readTranslated, readUser, tenant } from "./parts.ts";

// -- names --
// says: '/users' must contain {userId}
app.get("/users", readUser);
// says: '/users/{a}/{b}' must contain {userId}
app.get("/users/{a}/{b}", readUser);
// says: nothing reads {b} of '/users/{userId}/{b}'
app.get("/users/{userId}/{b}", readUser);
// says: '/pairs/{a}' must contain {b}
app.get("/pairs/{a}", readPair);
// says: '/pairs' must contain {a} · '/pairs' must contain {b}
app.get("/pairs", readPair);
// says: '/{lang}/{x}/{y}' must contain {id}
app.get("/{lang}/{x}/{y}", readTranslated);
// says: nothing reads {x} of '/ping/{x}'
app.get("/ping/{x}", () => "pong");

// -- what a dependency reads is never matched with a leftover name --
// says: '/items/{itemId}' must contain {tenantId}
app.get("/items/{itemId}", readItem);
// says: '/{x}/{itemId}' must contain {tenantId}
app.get("/{x}/{itemId}", readItem);
// says: '/{org}/{itemId}' must contain {company}
app.get("/{org}/{itemId}", readItem, { rename: { tenantId: "company" } });
// says: '/guarded' must contain {tenantId}
app.get("/guarded", () => "pong", { dependencies: [tenant] });

// -- names that a route says itself --
// says: '/x/{who}' must contain {whom}
app.get("/x/{who}", readUser, { bind: { userId: "whom" } });
// says: nothing reads {b} of '/x/{who}/{b}'
app.get("/x/{who}/{b}", readUser, { bind: { userId: "who" } });
// says: '/x/{who}' must contain {whom}
app.get("/x/{who}", readUser, { bind: { userId: path(z.string(), { name: "whom" }) } });
// says: nothing reads {userId} of '/x/{userId}'
app.get("/x/{userId}", readUser, { bind: { userId: constant("me") } });

// -- arrays: the wrong path alone --
app.get(
  [
    "/a/{x}",
    // says: '/b' must contain {userId}
    "/b",
    "/c/{userId}",
    // says: '/d/{x}/{y}' must contain {userId}
    "/d/{x}/{y}",
  ],
  readUser,
);

// -- templates --
// says: 'users/{userId}' must start with '/'
app.get("users/{userId}", readUser);
// says: '' must start with '/'
app.get("", () => "pong");
// says: '/users/{userId' has a '{' that is never closed
app.get("/users/{userId", readUser);
// says: '/users/{userId/posts}' has a '{' that is never closed
app.get("/users/{userId/posts}", readUser);
// says: '/users/userId}' has a '}' that was never opened
app.get("/users/userId}", readUser);
// says: '/users/{}' has a parameter without a name
app.get("/users/{}", readUser);
// says: '/{a}/{b}/{a}' names {a} twice
app.get("/{a}/{b}/{a}", readPair);
// says: '/{a}/{b}{c}' needs something between {b} and {c}
app.get("/{a}/{b}{c}", readPair);
// says: '/{itemId:path}/raw' goes on after {itemId:path}, which takes the rest of the path
app.get("/{itemId:path}/raw", readPlain);
// says: '/x-{itemId:path}' has something before {itemId:path} in its segment, which it takes whole
app.get("/x-{itemId:path}", readPlain);
// says: '/{itemId:int}' has {itemId:int}: the only kind is {itemId:path}
app.get("/{itemId:int}", readPlain);

// -- bind --
// says: 'userId' is string, what is bound to it gives number
app.get("/me", readUser, { bind: { userId: constant(1) } });
// says: 'userId' is string, what is bound to it gives number
app.get("/me", readUser, { bind: { userId: ownId } });
// says: 'userId' is string, what is bound to it gives string or undefined
app.get("/me", readUser, { bind: { userId: query(z.string().optional()) } });
// says: 'tags' is another type, what is bound to it gives string
app.get("/v1", readProfile, { bind: { version: constant(1), tags: constant("a") } });
// says: 'version' does not take 3
app.get("/v1", readProfile, { bind: { version: constant(3) } });
// says: the function has no input 'userld': did you mean 'userId'?
app.get("/users/{userId}", readUser, { bind: { userld: constant("x") } });
// says: the function has no input 'colour'
app.get("/users/{userId}", readUser, { bind: { colour: constant("x") } });
// says: the function has no input 'x'
app.get("/ping", () => "pong", { bind: { x: constant(1) } });
// says: 'version' has no source of its own: bind it
app.get("/profile", readProfile);
// says: 'version' has no source of its own: bind it
app.get("/profile", readProfile, { bind: { version: given<1>() } });
// says: 'version' has no name on the wire: bind a source to it
app.get("/profile", readProfile, { bind: { version: "v" } });
// says: 'owner' has no name on the wire: bind a source to it
app.get("/{tenantId}/{itemId}", readItem, { bind: { owner: "x" } });
// says: 'product' is the whole body, which has no name on the wire: bind a source to it
app.post("/products", create, { bind: { product: "p" } });
app.post("/products", createBoth, { bind: { first: "p" } });

// -- other options --
// says: 'sumary' is not an option of a route: did you mean 'summary'?
app.get("/users/{userId}", readUser, { sumary: "s" });
// says: 'tgas' is not an option of a route: did you mean 'tags'?
app.get("/users/{userId}", readUser, { summary: "s", tgas: ["s"] });
// says: 'colour' is not an option of a route
app.get("/users/{userId}", readUser, { colour: "s" });
// says: Type 'number' is not assignable to type 'string'.
app.get("/users/{userId}", readUser, { summary: 4 });

// -- output and map --
// says: the result has no 'nam': add map
app.get("/users/{userId}", readUser, { output: z.object({ nam: z.string() }) });
// says: 'version' of the result does not fit this output: add map
app.get("/users/{userId}", readUser, { output: z.object({ version: z.string() }) });
// says: the result does not fit this output: add map
app.get("/items/{itemId}", readPlain, { output: z.number() });
// says: the result has no 'nam': add map
app.get("/users", listUsers, { output: z.array(z.object({ nam: z.string() })) });
// says: the result does not fit this output: add map
app.get("/users", listUsers, { output: z.array(z.number()) });
// says: map needs output, the schema of what it returns
app.get("/users/{userId}", readUser, { map: (user) => user });
app.get("/m/{userId}", readUser, {
  output: z.object({ id: z.string() }),
  // says: Type 'number' is not assignable to type 'string'.
  map: (user) => ({ id: user.version }),
});
// says: Property 'nam' does not exist on type
app.get("/m/{userId}", readUser, { output: z.object({ id: z.string() }), map: (user) => ({ id: user.nam }) });

// -- an endpoint in its place --
app.get(
  // says: '/{a}/{b}' must contain {id}
  "/{a}/{b}",
  endpoint({ input: { id: path(z.string()) } }, ({ id }) => id),
);
app.get(
  "/",
  endpoint({ input: { id: path(z.string()) } }, ({ id }) => ({ id })),
  // says: 'id' is string, what is bound to it gives number
  { bind: { id: constant(1) } },
);

// -- what is no endpoint --
// says: to parameter of type 'EndpointOrBareFunction<
app.get("/", (name: string) => name);
// says: to parameter of type 'EndpointOrBareFunction<
app.get("/", ownId);
