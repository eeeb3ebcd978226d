// A name server that knows one address by every name, for a second at a time: node name-server.mjs host port address
import { createSocket } from "node:dgram";
import packet from "dns-packet";

const [host, port, address] = process.argv.slice(2);
const socket = createSocket("udp4");
socket.on("message", (message, from) => {
  const { id, questions } = packet.decode(message);
  const [{ type, name }] = questions;
  const answers = type === "A" ? [{ type, name, ttl: 1, data: address }] : [];
  const reply = { type: "response", id, flags: packet.RECURSION_AVAILABLE, questions, answers };
  socket.send(packet.encode(reply), from.port, from.address);
});
socket.bind(Number(port), host, () => process.send({ port: socket.address().port }));
process.on("disconnect", () => process.exit());
