import type { IncomingRequest } from "../http/request.ts";

/** Address of the client; the peer's where what a trusted proxy says of it cannot be read. */
export function clientAddressOf(request: IncomingRequest): string | undefined {
  try {
    return request.clientAddress;
  } catch {
    return request.remoteAddress;
  }
}
