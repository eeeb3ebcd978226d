// What the gateway's pages show is what happens: their documents are served, and every curl prints what the page says.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { App } from "waymark";
import { afterEach, describe, expect, it } from "vitest";
import { ask } from "../markdown/ask.ts";
import { type Block, blocks, questions } from "../markdown/blocks.ts";
import { Folder, GatewayProcess, root } from "./gateway-process.ts";

function blocksOf(page: string): Block[] {
  return blocks(readFileSync(join(root, page), "utf8"));
}

/** The curl commands of blocks that are marked with "gateway", asked of a gateway that runs. */
async function asked(page: string, gateway: GatewayProcess): Promise<number> {
  const app = { request: (path: string, init: RequestInit) => fetch(gateway.url + path, init) } as App;
  const found = blocksOf(page)
    .filter(({ language, flags }) => language === "console" && flags.includes("gateway"))
    .flatMap(({ text }) => questions(text));
  for (const question of found) expect(await ask(app, question), question.command).toBe(question.answer);
  return found.length;
}

describe("the pages of the gateway", { timeout: 60_000 }, () => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  it.each(["README.md", "examples/behind-a-gateway/README.md"])(
    "%s: what npm start answers",
    async (page) => {
      const gateway = await GatewayProcess.start(root, "examples/behind-a-gateway/gateway.yaml");
      closing.push(() => gateway.stop("SIGKILL"));
      expect(await asked(page, gateway)).toBeGreaterThan(2);
    },
  );

  it("docs/gateway/README.md: from a document to a gateway, without a configuration", async () => {
    const page = "docs/gateway/README.md";
    const service = await orders();
    closing.push(() => service.close());
    const { port } = service.address() as AddressInfo;
    const document = blocksOf(page).find(({ text }) => text.startsWith("# specs/orders.yaml"))!;
    expect(document.text).toContain(":3000");
    const folder = new Folder({ "specs/orders.yaml": document.text.replace(":3000", `:${port}`) });
    closing.push(() => folder.remove());
    const gateway = await GatewayProcess.start(folder.path, "specs/*.yaml");
    closing.push(() => gateway.stop("SIGKILL"));
    expect(await asked(page, gateway)).toBeGreaterThan(2);
  });
});

/** In the place of the page's `python3 -m http.server`. */
async function orders(): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === "/orders/1") response.end('{"number":1,"state":"sent"}\n');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
