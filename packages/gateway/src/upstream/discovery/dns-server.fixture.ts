import { createSocket } from "node:dgram";
import packet, { type Answer } from "dns-packet";

/** A name server on a loopback port that knows what the test puts into `records`; "fail" answers SERVFAIL. */
export interface NameServer {
  readonly address: string;
  records: Answer[] | "fail";
  readonly questions: string[];
  close(): void;
}

export async function nameServer(): Promise<NameServer> {
  const socket = createSocket("udp4");
  const server: NameServer = { address: "", records: [], questions: [], close: () => socket.close() };
  socket.on("message", (message, { address, port }) => {
    const { id, questions } = packet.decode(message);
    const [question] = questions ?? [];
    server.questions.push(`${question?.type} ${question?.name}`);
    const { records } = server;
    const found = records === "fail" ? [] : records.filter(({ name }) => name === question?.name);
    const answers = found.filter(({ type }) => type === question?.type);
    const code = records === "fail" ? 2 : found.length === 0 ? 3 : 0;
    socket.send(
      packet.encode({
        type: "response",
        id: id ?? 0,
        flags: packet.RECURSION_AVAILABLE | code,
        questions: questions ?? [],
        answers,
      }),
      port,
      address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return Object.assign(server, { address: `127.0.0.1:${socket.address().port}` });
}
