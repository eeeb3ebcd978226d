import { once } from "node:events";
import { Agent, get } from "node:http";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Project, text } from "./project.ts";

const app = `
  import { App, dependency } from "waymark";
  const store = dependency({ scope: "app" }, async function* () { yield 1; console.log("cleaned up"); });
  const app = new App({ dependencies: [store] });
  app.get("/", () => String(process.pid));
  app.get("/slow", async () => { console.log("slow has begun"); await new Promise((resolve) => setTimeout(resolve, 300)); return "slow"; });
  app.get("/crash", () => process.exit(3));
  export default app;
`;

const talking = `
  import { App, socket } from "waymark";
  const app = new App();
  app.websocket("/talk", socket({}, async ({ connection }) => {
    await connection.send(String(process.pid));
    for await (const message of connection) await connection.send(process.pid + " " + message);
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (connection.ended.code === 1001) console.log(process.pid + " said goodbye");
  }));
  export default app;
`;

const pid = async (url: string): Promise<string> => JSON.parse(await text(url)) as string;

describe("waymark run --workers", { timeout: 60_000 }, () => {
  it("serves one port from several processes, replaces those that end, and closes all in order", async () => {
    const run = new Project({ "app.js": app }).start("run", "app.js", "--port", "0", "--workers", "2");
    const url = await run.url();
    await run.says(/2 workers; SIGHUP to process \d+/);
    const before = await pids(url, 2);
    expect(before.has(String(run.child.pid))).toBe(false);
    await expect(text(`${url}/crash`)).rejects.toThrow("fetch failed");
    await run.says(/worker \d+ ended with exit code 3; the next starts in 100 ms/);
    const after = await pids(url, 2, before);
    expect([...before].filter((each) => after.has(each))).toHaveLength(1);
    const slow = text(`${url}/slow`);
    await run.says(/slow has begun/);
    expect(await run.stop("SIGTERM")).toBe(0);
    expect(await slow).toBe('"slow"');
    expect(run.output.match(/cleaned up/g)).toHaveLength(2);
  });

  it("gives WebSockets in each of them, and closes all with 1001 when they stop", async () => {
    const project = new Project({ "app.js": talking });
    const run = project.start("run", "app.js", "--port", "0", "--workers", "2");
    const url = await run.url();
    await run.says(/SIGHUP/);
    const clients = new Map<string, Talk>();
    while (clients.size < 2) {
      const client = await Talk.with(`${url.replace("http", "ws")}/talk`);
      if (clients.has(client.greeting)) client.socket.close();
      else clients.set(client.greeting, client);
    }
    expect(clients.has(String(run.child.pid))).toBe(false);
    for (const [process, client] of clients) expect(await client.ask("hello")).toBe(`${process} hello`);
    const ends = [...clients.values()].map(({ closed }) => closed);
    expect(await run.stop("SIGTERM")).toBe(0);
    expect(await Promise.all(ends)).toEqual([1001, 1001]);
    // each function was left to finish before its process went
    for (const process of clients.keys()) expect(run.output).toContain(`${process} said goodbye`);
  });

  it("restarts them one by one at SIGHUP, with new code and without a failed request", async () => {
    const project = new Project({ "app.js": app });
    const run = project.start("run", "app.js", "--port", "0", "--workers", "2");
    const url = await run.url();
    await run.says(/SIGHUP/);
    const before = await pids(url, 2);
    const load = new Load(url);
    project.write("app.js", app.replace("String(process.pid)", '"new " + process.pid'));
    run.child.kill("SIGHUP");
    await run.says(/restarting the workers one by one[^]*all workers restarted/);
    const { answers, failures } = await load.stop();
    expect(failures).toEqual([]);
    expect(answers.size).toBeGreaterThan(2);
    const after = await pids(url, 2);
    for (const each of after) expect(each).toMatch(/^new \d+$/);
    for (const each of before) expect(after.has(`new ${each}`)).toBe(false);
    expect(await run.stop()).toBe(0);
  });

  it("keeps the old ones where the new code does not start", async () => {
    const project = new Project({ "app.js": app });
    const run = project.start("run", "app.js", "--port", "0", "--workers", "1");
    const url = await run.url();
    const before = await pid(url);
    project.write("app.js", "export const nothing = 1;");
    run.child.kill("SIGHUP");
    await run.says(/a new worker did not start; the old ones go on/);
    expect(run.output).toContain("error: app.js does not have a default export");
    expect(await pid(url)).toBe(before);
  });

  it("says once what is wrong, and what is no number of processes", async () => {
    const project = new Project({ "app.js": "export const nothing = 1;" });
    const { code, stderr } = await project.waymark("run", "--workers", "3");
    expect([code, stderr.match(/error:/g)?.length]).toEqual([1, 1]);
    expect(await project.waymark("run", "--workers", "many")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--workers "many" is not a number of processes'),
    });
  });
});

/** Asks until so many different processes have answered, other than all of `but`. */
async function pids(url: string, count: number, but: ReadonlySet<string> = new Set()): Promise<Set<string>> {
  const seen = new Set<string>();
  while (seen.size < count || [...seen].every((each) => but.has(each))) seen.add(await pid(url));
  return seen;
}

/** A client of a WebSocket. */
class Talk {
  readonly socket: WebSocket;
  /** What came first: the process at the other end. */
  readonly greeting: string;
  /** The code that it was closed with. */
  readonly closed: Promise<number>;

  private constructor(socket: WebSocket, greeting: string) {
    this.socket = socket;
    this.greeting = greeting;
    this.closed = once(socket, "close").then(([code]: number[]) => code!);
  }
  static async with(url: string): Promise<Talk> {
    const socket = new WebSocket(url);
    return new Talk(socket, await message(socket));
  }
  ask(text: string): Promise<string> {
    const answer = message(this.socket);
    this.socket.send(text);
    return answer;
  }
}

async function message(socket: WebSocket): Promise<string> {
  const [data] = (await once(socket, "message")) as [Buffer];
  return data.toString();
}

/** Clients that ask without a pause: some on connections that they keep, some on a new one each time. */
class Load {
  readonly #url: string;
  readonly #answers = new Set<string>();
  readonly #failures: unknown[] = [];
  readonly #clients: Promise<void>[];
  #isOn = true;

  constructor(url: string) {
    this.#url = url;
    this.#clients = [true, true, false, false].map((keepAlive) => this.#run(new Agent({ keepAlive })));
  }

  async stop(): Promise<{ answers: ReadonlySet<string>; failures: readonly unknown[] }> {
    this.#isOn = false;
    await Promise.all(this.#clients);
    return { answers: this.#answers, failures: this.#failures };
  }

  async #run(agent: Agent): Promise<void> {
    while (this.#isOn)
      await ask(this.#url, agent).then(
        (answer) => this.#answers.add(answer),
        (error: unknown) => this.#failures.push(error),
      );
    agent.destroy();
  }
}

function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (piece: string) => (body += piece));
      response.on("end", () =>
        response.statusCode === 200 ? resolve(body) : reject(new Error(`${response.statusCode}: ${body}`)),
      );
      response.on("error", reject);
    }).on("error", reject);
  });
}
