/** Bytes, or a string of one character each ("latin1"). */
export type Octets = string | Uint8Array;

export function bytesOf(octets: Octets): Uint8Array {
  if (typeof octets !== "string") return octets;
  const bytes = new Uint8Array(octets.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = octets.charCodeAt(i);
  return bytes;
}

/** Octets as a string; on runtimes with sockets of Node's. */
export function latin1(octets: Octets): string {
  if (typeof octets === "string") return octets;
  return octets instanceof Buffer
    ? octets.toString("latin1")
    : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString("latin1");
}
