// Services that are not ours, as their users run them, each with an OpenAPI document of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import express, { type Request } from "express";
import { freePort } from "../../packages/waymark/src/testing/free-port.fixture.ts";
import { find } from "../clients/program.ts";
import { Folder } from "./gateway-process.ts";

/** What every service gives under /big. Of no byte alone: what is cut, doubled or decoded on the way has another digest. */
export const BIG: Buffer = Buffer.alloc(
  251 * Math.floor((5 * 1024 * 1024) / 251),
  Uint8Array.from({ length: 251 }, (_, i) => i),
);
export const THOUSAND: string = Array.from({ length: 1000 }, (_, i) => `${i}\n`).join("");
export const TEXT: string = "again and ".repeat(200);

export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export interface Service {
  readonly port: number;
  stop(): Promise<void>;
}

/** A Python that has FastAPI: Debian's, where another one comes first in the path. */
export const pythonWithFastApi: string | undefined = [
  process.env["PYTHON"],
  "/usr/bin/python3",
  find("python3"),
].find(
  (python) =>
    python !== undefined && spawnSync(python, ["-c", "import fastapi, uvicorn, starlette"]).status === 0,
);
export const nginx: string | undefined = find("nginx");

export async function startFastApi(): Promise<Service> {
  const child = spawn(pythonWithFastApi!, [join(import.meta.dirname, "fastapi_service.py")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const port = Number(await firstLine(child));
  await answering(port, child);
  return { port, stop: () => ended(child) };
}

/** The same service by Express; its document is written by hand, as its users do. */
export async function startExpress(): Promise<Service> {
  const files = new Folder({ "folder/index.json": '{"folder":true}' });
  const app = express();
  app.disable("x-powered-by").set("trust proxy", true);
  const items = express.Router();
  app.use("/base", items).use(items);
  items.get("/items/:id", ({ params, query }, response) => {
    const id = Number(params.id);
    if (id > 1000) response.status(404).json({ detail: "No such item" });
    else response.json({ id, q: query["q"] ?? null });
  });
  items.post("/items", express.json(), (request, response) => {
    const { name, price, tags = [] } = request.body as Record<string, unknown>;
    response.status(201).location("/items/7").json({ id: 7, name, price, tags });
  });
  items.get("/pieces", (_, response) => {
    response.type("text/plain");
    for (let i = 0; i < 1000; i++) response.write(`${i}\n`);
    response.end();
  });
  items.get("/big", (_, response) => void response.type("application/octet-stream").send(BIG));
  items.post("/digest", async (request: Request, response) => {
    const hash = createHash("sha256");
    let size = 0;
    for await (const piece of request as AsyncIterable<Buffer>) {
      hash.update(piece);
      size += piece.length;
    }
    response.json({ size, digest: hash.digest("hex") });
  });
  items.get("/visits", (request, response) => {
    const visits = Number(/visits=(\d+)/.exec(request.headers.cookie ?? "")?.[1] ?? 0);
    response.cookie("visits", String(visits + 1), { httpOnly: true });
    response.cookie("theme", "dark; or=not").json({ visits });
  });
  items.get("/old", (_, response) => response.redirect(307, "/items/1"));
  items.get("/there", (request, response) => {
    const { protocol, host, baseUrl } = request;
    response.redirect(`${protocol}://${host}${baseUrl}/items/1`);
  });
  items.use(express.static(files.path, { index: "index.json" }));
  items.get("/fields", (request, response) => {
    const { rawHeaders: raw } = request;
    response.json(raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1]]] : [])));
  });
  const server = app.listen(0, "127.0.0.1") as Server & { closeAllConnections(): void };
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      files.remove();
    },
  };
}

/** Files in JSON, a large one, and replies that nginx compresses by itself. */
export async function startNginx(): Promise<Service> {
  const folder = new Folder({
    "www/items/1.json": '{"id":1,"q":null}',
    "www/text.json": JSON.stringify({ text: TEXT }),
    "www/folder/index.json": '{"folder":true}',
  });
  folder.write("www/big.bin", "");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(folder.path, "www/big.bin"), BIG);
  // Its port has to be known before: should somebody else take it in between, nginx ends, and another one is tried.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    folder.write("nginx.conf", nginxConfiguration(folder.path, port));
    const child = spawn(nginx!, ["-p", folder.path, "-c", join(folder.path, "nginx.conf"), "-e", "stderr"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    try {
      await answering(port, child);
    } catch (error) {
      await ended(child);
      if (attempt < 3) continue;
      folder.remove();
      throw error;
    }
    return {
      port,
      async stop() {
        await ended(child);
        folder.remove();
      },
    };
  }
}

const nginxConfiguration = (folder: string, port: number): string => `
  daemon off; master_process off; pid ${folder}/pid; error_log stderr warn;
  events { worker_connections 64; }
  http {
    access_log off;
    ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
    types { application/json json; }
    default_type application/octet-stream;
    # nginx compresses nothing for a request with Via, which a gateway has to add, unless it is told to.
    gzip on; gzip_proxied any; gzip_min_length 500; gzip_types application/json;
    server {
      listen 127.0.0.1:${port};
      root ${folder}/www;
      index index.json;
      location /items/ { try_files $uri.json =404; }
      location = /text { try_files /text.json =404; }
      location = /big { try_files /big.bin =404; }
      location = /old { return 301 /items/1; }
      location = /base/there { return 301 /base/items/1; }
      location /base/items/ { alias ${folder}/www/items/; try_files $uri.json =404; }
      location /base/ { alias ${folder}/www/; }
    }
  }`;

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  let errors = "";
  child.stderr!.setEncoding("utf8").on("data", (piece: string) => (errors += piece));
  for await (const piece of child.stdout!.setEncoding("utf8") as AsyncIterable<string>) {
    text += piece;
    if (text.includes("\n")) return text;
  }
  throw new Error(`it ended:\n${errors}`);
}

async function answering(port: number, child: ChildProcess): Promise<void> {
  let errors = "";
  child.stderr!.setEncoding("utf8").on("data", (piece: string) => (errors += piece));
  const deadline = AbortSignal.timeout(20_000);
  for (;;) {
    if (child.exitCode !== null || deadline.aborted) throw new Error(`it does not serve:\n${errors}`);
    try {
      await (await fetch(`http://127.0.0.1:${port}/items/1`)).arrayBuffer();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
