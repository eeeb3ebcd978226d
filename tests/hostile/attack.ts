import net from "node:net";
import { readAnswers, type Answers } from "./answers.ts";

/** A row of the corpus. */
export interface Attack {
  readonly id: string;
  readonly class: string;
  readonly layer: "parser" | "router" | "app";
  readonly raw_b64: string;
  /** Statuses, or "close" (closed without an answer), "wait" (open without one), "100" (only an interim answer). */
  readonly accept: readonly string[];
  readonly max_responses?: number;
  readonly responses?: number;
  readonly must_close?: boolean;
  readonly must_not?: readonly string[];
  /** The client ends its side after sending. */
  readonly fin?: boolean;
}

interface Sent extends Answers {
  readonly text: string;
  readonly closed: boolean;
}

const CLEAN = Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
/** Milliseconds without an answer after which an open connection counts as "wait". */
const PATIENCE = 1200;
/** Milliseconds in which a further, unwanted answer would come. */
const QUIET = 60;

/** Sends an attack and a clean request after it. Gives what is wrong with the outcome; nothing if all is well. */
export async function attack(port: number, row: Attack): Promise<string[]> {
  const raw = Buffer.from(row.raw_b64, "base64");
  const sent = await send(port, raw, row.fin ?? false, row.responses ?? 1);
  const outcome = outcomeOf(sent);
  const wrong: string[] = [];
  if (!row.accept.includes(outcome)) wrong.push(`answered ${outcome}, not ${row.accept.join(" or ")}`);
  const count = sent.finals.length;
  if (
    row.responses !== undefined
      ? count !== row.responses && outcome !== "close"
      : count > (row.max_responses ?? 1)
  )
    wrong.push(`${count} answers: ${sent.finals.map(({ status }) => status).join(", ")}`);
  for (const never of row.must_not ?? [])
    if (sent.text.includes(never)) wrong.push(`says ${JSON.stringify(never)}`);
  if (row.must_close === true && count > 0 && !sent.closed) wrong.push("left the connection open");
  const after = await send(port, CLEAN, false, 1);
  if (after.finals[0]?.status !== "200") wrong.push(`a clean request after it got ${outcomeOf(after)}`);
  return wrong;
}

function outcomeOf({ finals, interim, junk, closed }: Sent): string {
  return finals[0]?.status ?? interim[0] ?? (junk ? "junk" : closed ? "close" : "wait");
}

function send(port: number, raw: Buffer, fin: boolean, wanted: number): Promise<Sent> {
  const toHead = raw.subarray(0, 5).toString() === "HEAD ";
  return new Promise((resolve) => {
    let text = "";
    let closed = false;
    let quiet: NodeJS.Timeout | undefined;
    const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const done = (): void => {
      clearTimeout(patience);
      clearTimeout(quiet);
      socket.destroy();
      resolve({ ...readAnswers(text, toHead, closed), text, closed });
    };
    const patience = setTimeout(done, PATIENCE);
    socket.on("connect", () => {
      socket.write(raw);
      if (fin) socket.end();
    });
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      clearTimeout(quiet);
      const { finals } = readAnswers(text, toHead, false);
      if (finals.length >= wanted && finals.every(({ complete }) => complete))
        quiet = setTimeout(done, QUIET);
    });
    socket.on("end", () => {
      closed = true;
      done();
    });
    socket.on("error", () => {
      closed = true;
      setTimeout(done, 5);
    });
  });
}
