import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { answering, type Answer, type Answering } from "../server/answering.fixture.ts";
import { RawClient } from "../server/raw-client.fixture.ts";
import type { Limits } from "../http/limits.ts";
import { TEST_CERTIFICATE } from "../server/certificate.fixture.ts";
import type { Lane } from "./lane.ts";
import { putLane } from "./server.ts";

/** A server with a fast lane, what it serves, and clients for it. */
export interface Laned {
  readonly server: Server;
  readonly lane: Lane;
  readonly application: Answering;
  readonly client: RawClient;
  connect(): RawClient;
}

/** Says what reached Node's own server. */
const byNode: RequestListener = (request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += String(chunk)));
  request.on("end", () => response.end(`[node ${request.method} ${request.url} ${body}]`));
};

export interface LanedOptions extends Partial<Limits> {
  readonly secure?: boolean;
}

/** Serves `answer` on a fast lane while `use` runs. */
export async function laned(
  answer: Answer,
  { secure = false, ...limits }: LanedOptions,
  use: (laned: Laned) => Promise<void>,
): Promise<void> {
  const application = answering(answer, limits);
  const server = secure ? createSecureServer(TEST_CERTIFICATE, byNode) : createServer(byNode);
  const lane = putLane(server, application, application.limits);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const clients: RawClient[] = [];
  const connect = (): RawClient => {
    const options = { port, host: "127.0.0.1", ca: TEST_CERTIFICATE.cert, allowHalfOpen: true };
    const client = secure ? new RawClient(port, connectSecurely(options)) : new RawClient(port);
    clients.push(client);
    return client;
  };
  try {
    await use({ server, lane, application, client: connect(), connect });
  } finally {
    for (const client of clients) client.destroy();
    lane.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

export const HOST = "Host: localhost\r\n";
export const get = (path: string, ...lines: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${HOST}${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
export const post = (path: string, body: string, length: number = body.length): string =>
  `POST ${path} HTTP/1.1\r\n${HOST}Content-Length: ${length}\r\n\r\n${body}`;
