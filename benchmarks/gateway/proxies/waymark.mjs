// The gateway on a snapshot of two operations: PORT, upstream, server, "secured" for key, limit and validation.
import { serve } from "waymark/internal";
import { Gateway } from "../../../packages/gateway/dist/plane/gateway.js";
import { secured, snapshot } from "../snapshot.mjs";

const [port, upstream, server = "wire", kind] = process.argv.slice(2);
const made = kind === "secured" ? secured : snapshot;
// The plain one does what the others do: no step of a policy runs.
const options = kind === "secured" ? {} : { stepsOf: () => [] };
const gateway = new Gateway(made(`http://127.0.0.1:${upstream}`), options);
await serve(gateway, { port: Number(port), server });
