// A real Redis of its own, with nothing kept on disk, that can be killed and frozen.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";

export class RedisProcess {
  #child;

  /** @param prefix a command that ends in running what follows it. */
  constructor({ host = "127.0.0.1", port, prefix = [] }) {
    this.host = host;
    this.port = port;
    this.prefix = prefix;
  }

  static async start({ host, port, prefix } = {}) {
    const redis = new RedisProcess({ host, port: port ?? (await freePort()), prefix });
    await redis.begin();
    return redis;
  }

  get url() {
    return `redis://${this.host}:${this.port}`;
  }

  /** Starts it (again); resolves when it takes connections. It has nothing of what it had. */
  async begin() {
    const options = {
      port: this.port,
      bind: this.host,
      save: "",
      appendonly: "no",
      "protected-mode": "no",
      dir: tmpdir(),
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const [command, ...rest] = [...this.prefix, "redis-server", ...args];
    const child = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
    this.#child = child;
    await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`redis-server ended with ${code}`)));
      child.stdout.on("data", (text) => text.includes("Ready to accept connections") && resolve());
    });
    child.removeAllListeners("exit");
  }

  async kill() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }
  freeze() {
    this.#child.kill("SIGSTOP");
  }
  thaw() {
    this.#child.kill("SIGCONT");
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
