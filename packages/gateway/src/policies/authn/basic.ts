import { createHmac, randomBytes } from "node:crypto";
import { basicCredentials, challenge, HttpError, unauthenticated } from "waymark/internal";
import type { Principal, StepContext } from "../../call.ts";
import { sha256, shortDigest } from "../digest.ts";
import type { ConsumerIndex } from "./consumer-index.ts";
import { isPassword, storedPassword } from "./password.ts";
import { consumerPrincipal } from "./principal.ts";
import type { SchemeCheck } from "./scheme-check.ts";
import { Turns } from "./turns.ts";
import { Verdicts } from "./verdicts.ts";

interface Login {
  readonly username: string;
  readonly password: string;
}

/** Milliseconds for which a password that was right need not be computed again. */
const REMEMBERED = 5 * 60_000;
/** Passwords that are computed at a time: each holds one of the process's four threads, and memory. */
const AT_ONCE = 2;
/** Passwords that wait for it: whoever guesses must not keep others waiting for long. */
const MOST_WAITING = 64;
/** What all operations share: what was found to be right, under a key that lives as long as the process. */
class Passwords {
  readonly right: Verdicts<true> = new Verdicts();
  readonly turns: Turns = new Turns(AT_ONCE, MOST_WAITING);
  /** What is computed at present: a page that begins with twenty requests has one password. */
  readonly underWay: Map<string, Promise<boolean>> = new Map();
  readonly #secret = randomBytes(32);

  /** Includes the stored password: one that is changed is computed anew. */
  digest({ username, password }: Login, stored: string): string {
    return createHmac("sha256", this.#secret)
      .update(`${username.length}:${username}:${stored}:${password}`)
      .digest("base64");
  }
}

/** A name and a password, kept as scrypt (RFC 7914). One that was right is remembered by a keyed digest. */
export function basicCheck(
  scheme: string,
  realm: string,
  { logins }: ConsumerIndex,
  context: StepContext,
): SchemeCheck<Login> {
  const wants = challenge("Basic", { realm, charset: "UTF-8" });
  const passwords = context.shared("basic", () => new Passwords());
  // Throws here for what could never be right, and not at a request.
  for (const known of logins.values()) for (const { password } of known) storedPassword(password);
  // Computed for names that nobody has, so that they take as long as those that somebody has.
  const [somebody = []] = logins.values();
  const nobody = somebody.map(({ password }) => ({ password, consumer: undefined }));

  const compute = (login: Login, stored: string): Promise<boolean> => {
    const digest = passwords.digest(login, stored);
    const known = passwords.underWay.get(digest);
    if (known !== undefined) return known;
    if (passwords.turns.isFull)
      throw new HttpError(503, "Too many passwords are being checked", { headers: { "retry-after": "1" } });
    const computed = passwords.turns
      .run(() => isPassword(login.password, storedPassword(stored)))
      .finally(() => passwords.underWay.delete(digest));
    passwords.underWay.set(digest, computed);
    return computed;
  };
  const judgeAnew = async (login: Login): Promise<Principal> => {
    for (const { password: stored, consumer } of logins.get(login.username) ?? nobody)
      if ((await compute(login, stored)) && consumer !== undefined) {
        passwords.right.set(passwords.digest(login, stored), true, Date.now() + REMEMBERED);
        return consumerPrincipal(consumer, scheme, shortDigest(sha256(login.username)));
      }
    throw unauthenticated(wants, "The name or the password is not right");
  };

  return {
    kind: "basic",
    challenge: wants,
    location: { in: "header", name: "authorization" },
    find({ exchange }) {
      const found = basicCredentials(exchange.header("authorization"));
      if (found === null) throw unauthenticated(wants, "The credentials are malformed");
      return found;
    },
    judge(login) {
      for (const { password: stored, consumer } of logins.get(login.username) ?? [])
        if (passwords.right.get(passwords.digest(login, stored)) === true)
          return consumerPrincipal(consumer, scheme, shortDigest(sha256(login.username)));
      return judgeAnew(login);
    },
  };
}
