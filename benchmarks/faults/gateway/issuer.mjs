// An issuer of tokens over https: node issuer.mjs host port certificate key keys.json
import { readFileSync } from "node:fs";
import { createServer } from "node:https";

const [host, port, certificate, key, keys] = process.argv.slice(2);
const options = { cert: readFileSync(certificate), key: readFileSync(key) };
const server = createServer(options, (_request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(readFileSync(keys));
});
server.listen(Number(port), host, () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit());
