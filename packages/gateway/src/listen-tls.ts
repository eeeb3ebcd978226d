import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { Running, ServeOptions } from "waymark/internal";
import type { Listen, ListenTls } from "./snapshot.ts";

interface Named {
  readonly certificate: X509Certificate;
  readonly context: SecureContext;
}

interface Read {
  readonly main: SecureContextOptions;
  readonly others: readonly Named[];
}

/** A file of `listen.tls` cannot be had, or two do not fit together. */
export class TlsFileError extends Error {
  override readonly name = "TlsFileError";
  readonly code = "ERR_LISTEN_TLS";
}

/** The certificates of the listener, whose files may be read again while it runs. */
export class ListenerTls {
  readonly #folder: string;
  #read: Read;

  /** Throws a `TlsFileError` for files that cannot be had, and for a key that is not the certificate's. */
  constructor(tls: ListenTls, folder: string) {
    this.#folder = folder;
    this.#read = read(tls, folder);
  }

  /** What `serve` takes. */
  optionsFor({ clientCertificates, clientCa }: ListenTls): NonNullable<ServeOptions["tls"]> {
    return {
      ...this.#read.main,
      requestCert: clientCertificates !== null,
      // Where a certificate may be missing, one that nobody vouches for is taken for none: the handshake cannot tell them apart.
      rejectUnauthorized: clientCertificates === "require" && clientCa !== null,
      SNICallback: (name, done) => done(null, this.#contextOf(name)),
    };
  }

  /** Reads the files again, and gives what takes them into service. Throws as the constructor does, and changes nothing then. */
  again(tls: ListenTls): (running: Running) => void {
    const made = read(tls, this.#folder);
    return (running) => {
      running.renewTls(made.main);
      this.#read = made;
    };
  }

  /** Undefined is the first one, whose names nobody looks at. */
  #contextOf(name: string): SecureContext | undefined {
    return this.#read.others.find(({ certificate }) => certificate.checkHost(name) !== undefined)?.context;
  }
}

/** Absolute paths of the files of a listener. */
export function tlsFiles({ tls }: Listen, folder: string): string[] {
  if (tls === undefined) return [];
  const pairs = [tls, ...tls.certificates].flatMap(({ cert, key }) => [cert, key]);
  return [...pairs, ...(tls.clientCa === null ? [] : [tls.clientCa])].map((path) => resolve(folder, path));
}

/** Whether another listener is wanted than the one that runs: sockets stay as they are until the next start. */
export function isOtherListener(one: Listen, other: Listen): boolean {
  const lasting = ({ host, port, tls, http2 }: Listen): unknown => [
    host,
    port,
    http2 === true,
    tls !== undefined,
    tls?.clientCertificates ?? null,
    // Whether one that nobody vouches for is turned away.
    tls?.clientCertificates === "require" && tls.clientCa !== null,
  ];
  return JSON.stringify(lasting(one)) !== JSON.stringify(lasting(other));
}

function read(tls: ListenTls, folder: string): Read {
  const file = (path: string): Buffer => {
    try {
      return readFileSync(resolve(folder, path));
    } catch (error) {
      throw new TlsFileError(`listen.tls: '${path}' cannot be read: ${messageOf(error)}`, { cause: error });
    }
  };
  const common = {
    minVersion: tls.minVersion,
    ...(tls.clientCa !== null && { ca: file(tls.clientCa) }),
  };
  const pair = (each: { readonly cert: string; readonly key: string }): SecureContextOptions & Named => {
    const options = { ...common, cert: file(each.cert), key: file(each.key) };
    try {
      const certificate = new X509Certificate(options.cert);
      return { ...options, certificate, context: createSecureContext(options) };
    } catch (error) {
      throw new TlsFileError(
        `listen.tls: '${each.cert}' and '${each.key}' are no certificate and its key: ${messageOf(error)}`,
        { cause: error },
      );
    }
  };
  const { certificate: _, context: __, ...main } = pair(tls);
  return { main, others: tls.certificates.map(pair) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
