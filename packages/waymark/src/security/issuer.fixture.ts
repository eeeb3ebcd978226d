import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from "jose";

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** With `kid` and `alg`, as issuers publish it. */
  readonly jwk: JWK;
}

export async function signingKey(kid: string, alg = "RS256"): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

/** A token, good for a minute unless its claims say otherwise. */
export function tokenOf(
  { privateKey, kid, alg }: SigningKey,
  claims: JWTPayload = {},
  header: object = {},
): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + 60;
  return new SignJWT({ sub: "ada", exp, ...claims })
    .setProtectedHeader({ alg, kid, ...header })
    .sign(privateKey);
}

/** An OpenID Connect provider on this machine, as far as verifying needs one; and what can be wrong with one. */
export class TestIssuer {
  readonly #server: Server;
  /** Paths in the order in which they were asked for. */
  readonly asked: string[] = [];
  jwks: unknown = { keys: [] };
  /** Members of the discovery document that are not as they should be. */
  discovery: Record<string, unknown> = {};
  /** Answers with this, whatever is asked. */
  fault: { status?: number; body?: string; headers?: Record<string, string>; hang?: boolean } | undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      // A later issuer may get this one's port: a connection that fetch kept would be reset under it.
      response.shouldKeepAlive = false;
      const path = request.url ?? "";
      this.asked.push(path);
      if (this.fault?.hang === true) return;
      if (this.fault !== undefined) {
        response.writeHead(this.fault.status ?? 200, this.fault.headers ?? {}).end(this.fault.body ?? "");
        return;
      }
      const value =
        path === "/jwks" ? this.jwks : { issuer: this.url, jwks_uri: `${this.url}/jwks`, ...this.discovery };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    });
  }

  static async start(...keys: SigningKey[]): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    issuer.publish(...keys);
    await new Promise<void>((resolve) => issuer.#server.listen(0, "127.0.0.1", resolve));
    return issuer;
  }

  publish(...keys: SigningKey[]): void {
    this.jwks = { keys: keys.map(({ jwk }) => jwk) };
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
