import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { ConnectionOptions } from "node:tls";
import type { UpstreamTls } from "../snapshot.ts";

/**
 * What Node's TLS wants for an upstream. Certificates are verified unless the configuration says otherwise in as many
 * words. Throws where a file cannot be read.
 *
 * @param name what the certificate has to be for, unless the configuration names it.
 */
export function tlsOptions(tls: UpstreamTls, name: string): ConnectionOptions {
  const serverName = tls.serverName ?? name;
  return {
    rejectUnauthorized: tls.verify,
    minVersion: "TLSv1.2",
    // RFC 6066 §3: no addresses in server_name.
    ...(isIP(serverName) === 0 && { servername: serverName }),
    ...(tls.ca !== null && { ca: readFileSync(tls.ca) }),
    ...(tls.cert !== null && { cert: readFileSync(tls.cert) }),
    ...(tls.key !== null && { key: readFileSync(tls.key) }),
  };
}
