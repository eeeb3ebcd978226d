import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** SHA-256 of the certificate that the other end of a connection has shown, hexadecimal; see `Exchange.clientFingerprint`. */
export function clientFingerprint(socket: Socket | undefined): string | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  // An empty object where there is none.
  const { fingerprint256 } = socket.getPeerCertificate() as { fingerprint256?: string };
  return fingerprint256?.replaceAll(":", "").toLowerCase();
}

/** See `Exchange.isClientVerified`. */
export function isClientVerified(socket: Socket | undefined): boolean {
  return socket instanceof TLSSocket && socket.authorized;
}
