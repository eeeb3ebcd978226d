import { formatIp, parseIp } from "../../http/ip-address.ts";
import type { IncomingRequest } from "../../http/request.ts";

/** Bytes of an IPv6 address that are one subscriber's: a /64 is the least that anybody is given (RFC 6177). */
const NETWORK = 8;

/** Whom a request is counted for: its client's address, or for IPv6 the network, in which one client has 2^64 addresses. */
export function clientKey(request: IncomingRequest): string {
  const { clientAddress } = request;
  if (clientAddress === undefined)
    throw new Error(
      "rateLimit: this server does not say who the client is; give it a key: ({ request }) => …, of what identifies one",
    );
  const address = parseIp(clientAddress.split("%", 1)[0]!);
  if (address === undefined) return clientAddress;
  return formatIp(address.length === 4 ? address : address.map((byte, i) => (i < NETWORK ? byte : 0)));
}
