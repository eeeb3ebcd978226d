// WebSockets on every runtime, with a client that is none of theirs.
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { runtimes } from "./runtimes.ts";
import { using } from "./served.ts";

const application = fileURLToPath(new URL("websockets.mjs", import.meta.url));
const all = await runtimes();

describe.each(all)("$name", { timeout: 60_000 }, ({ command }) => {
  test.skipIf(command === undefined)("gives WebSockets, refuses, and closes them when it stops", async () => {
    await using([...(command ?? []), application], async ({ url, child, ended, said }) => {
      expect((await fetch(`${url}/echo`)).status).toBe(426);
      expect(await (await fetch(`${url}/page`)).json()).toBe("page");
      const address = url.replace("http", "ws");
      await expect(opened(`${address}/page`)).rejects.toThrow("200");
      await expect(opened(`${address}/nowhere`)).rejects.toThrow("404");

      const wrong = await opened(`${address}/echo`);
      wrong.send("{}");
      expect(await closed(wrong)).toEqual([1008, "text: Invalid input: expected string, received undefined"]);

      const client = await opened(`${address}/echo`);
      client.send('{"text":"grüße"}');
      const [data] = (await once(client, "message")) as [Buffer];
      expect(data.toString()).toBe('{"text":"v1 grüße"}');
      child.kill("SIGTERM");
      expect(await closed(client)).toEqual([1001, "The server is going away"]);
      expect(await ended).toBe(0);
      expect(said().match(/cleaned up/g)).toHaveLength(2);
      expect(said()).toContain("ended with 1001 by the server");
    });
  });
});

function opened(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const client = new WebSocket(url, ["v1"]);
    client.once("open", () => resolve(client));
    client.once("error", reject);
  });
}

async function closed(client: WebSocket): Promise<[number, string]> {
  const [code, reason] = (await once(client, "close")) as [number, Buffer];
  return [code, reason.toString()];
}
