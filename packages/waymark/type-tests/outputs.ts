// Each comment `says` what the compiler says of the line below it, and of no other line.
import { z } from "zod";
import { endpoint } from "../src/endpoint.ts";
import { reply } from "../src/http/reply.ts";
import { event } from "../src/http/sse.ts";
import { content } from "../src/outputs/content.ts";
import { events } from "../src/outputs/events.ts";
import { jsonLines } from "../src/outputs/json-lines.ts";
import { app } from "./parts.ts";

const Product = z.object({ name: z.string() });
const Job = z.object({ id: z.string(), level: z.literal([1, 2]) });
const output = { 200: Product, 202: Job };
const status = Math.random();

// -- a value and its status --
// says: Type '3' is not assignable to type '1 | 2'.
endpoint({ output }, () => reply(202, { id: "1", level: 3 }));
// says: Type '{ name: string; }' is missing the following properties from type '{ id: string; level: 1 | 2; }': id, level
endpoint({ output }, () => reply(202, { name: "x" }));
// says: Type '201' is not assignable to type '200 | 202'.
endpoint({ output }, () => reply(201, { name: "x" }));
// says: Type 'number' is not assignable to type '200 | 202'.
endpoint({ output }, () => reply(status, { name: "x" }));
// says: Type '{ id: string; level: number; }' is not assignable to type
endpoint({ output }, () => ({ id: "1", level: 1 }));
// says: Type 'Reply<undefined, 204, { readonly 204: undefined; }>' is not assignable to type
endpoint({ output }, () => reply(204));

// -- what output may be --
// says: Type 'number' is not assignable to type 'DescribedOutput | OneOutput'.
endpoint({ output: { 200: 5 } }, () => 1);
// says: Type 'number' is not assignable to type 'Output'.
endpoint({ output: 5 }, () => 1);

// -- contents and streams --
// says: Type 'string' is not assignable to type
endpoint({ output: content("image/png") }, () => "x");
// says: Type 'string' is not assignable to type
endpoint({ output: content.file("image/png") }, () => "/path");
// says: Type '3' is not assignable to type '1 | 2'.
endpoint({ output: jsonLines(Job) }, async function* () { yield { id: "1", level: 3 }; }); // prettier-ignore
// says: Type '3' is not assignable to type '1 | 2'.
endpoint({ output: events(Job) }, async function* () { yield event({ data: { id: "1", level: 3 } }); }); // prettier-ignore

// -- the output of a route --
const start = endpoint({ output }, () => ({ name: "x" }));
// says: the result has no 'title': add map
app.get("/a", start, { output: { 200: z.object({ title: z.string() }), 202: Job } });
// says: the result has no 'title': add map
app.get("/b", start, { output: z.object({ title: z.string() }) });
const older = { 200: z.object({ title: z.string() }), 202: Job };
// says: Type 'number' is not assignable to type 'string'.
app.get("/c", start, { output: older, map: () => ({ title: 1 }) });
