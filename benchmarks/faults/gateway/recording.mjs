// Upstreams that say what they were asked for, each read by another parser; and a recorder to put before them.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { accepts, freePort } from "../../lib/process.mjs";

/** A process that listens, and what it left behind. */
export async function started(name, [command, ...args], port, folder) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "ignore"] });
  const gone = once(child, "exit");
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await gone;
    }
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries > 500 || child.exitCode !== null) {
      await stop();
      throw new Error(`${name} does not listen`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { port, stop };
}

export async function nodeUpstream() {
  const server = createHttpServer((request, response) => {
    let size = 0;
    request.on("data", (piece) => (size += piece.length));
    request.on("end", () => {
      response.setHeader("x-seen", `${request.method} ${encodeURI(request.url)}`);
      response.setHeader("x-size", size);
      response.end("ok");
    });
  });
  server.keepAliveTimeout = 30_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function nginxUpstream() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "waymark-nginx-"));
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(" ");
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log crit;
events { worker_connections 1024; }
http { access_log off; ${paths} keepalive_timeout 30s;
  server { listen 127.0.0.1:${port};
    add_header X-Seen "$request_method $request_uri" always;
    location / { return 200 ok; } } }`,
  );
  const command = ["nginx", "-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")];
  return started("nginx", command, port, folder);
}

export async function uvicornUpstream() {
  const python = [process.env.PYTHON, "/usr/bin/python3", "python3"].find(
    (each) => each !== undefined && spawnSync(each, ["-c", "import fastapi, uvicorn"]).status === 0,
  );
  if (python === undefined) throw new Error("no Python with FastAPI is here; PYTHON names one");
  const file = fileURLToPath(new URL("recording_service.py", import.meta.url));
  const child = spawn(python, [file], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  const [first] = await once(child.stdout, "data");
  const port = Number(String(first));
  while (!(await accepts(port))) await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    port,
    async stop() {
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** Passes bytes on between a proxy and its upstream, and keeps them by connection. */
export async function recorder(to) {
  let connections = [];
  const sockets = new Set();
  const server = createServer({ noDelay: true }, (client) => {
    const record = { sent: "", answered: "" };
    connections.push(record);
    const upstream = connect({ port: to, host: "127.0.0.1", noDelay: true });
    const pair = [client, upstream];
    for (const socket of pair) {
      sockets.add(socket);
      const other = socket === client ? upstream : client;
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on("end", () => other.end());
    }
    client.on("data", (bytes) => {
      record.sent += bytes.toString("latin1");
      upstream.write(bytes);
    });
    upstream.on("data", (bytes) => {
      record.answered += bytes.toString("latin1");
      client.write(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    /** What has passed since it was asked last. */
    taken() {
      const taken = connections.map((record) => ({ ...record }));
      for (const record of connections) record.sent = record.answered = "";
      return taken.filter(({ sent, answered }) => sent !== "" || answered !== "");
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
