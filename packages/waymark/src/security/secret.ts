import { keepSecret } from "../http/known-secrets.ts";
import { secretEquals } from "./secret-equals.ts";

/**
 * A secret that does not slip out: printed, logged, put into a text or into JSON it is `***`. Where the framework logs or
 * traces something that has its value in it, the value is taken out. For what comes from the
 * environment and goes into a setting.
 *
 * ```ts
 * const apiKeySecret = new Secret(process.env.API_KEY);
 * if (!apiKeySecret.matches(key)) throw new HttpError(401);
 * ```
 *
 * Throws a `TypeError` where there is none: an empty secret is one that everybody has.
 */
export class Secret {
  readonly #value: string;

  static {
    // Node's word for how something is printed, by its name: other runtimes have no `node:util`.
    Object.defineProperty(Secret.prototype, Symbol.for("nodejs.util.inspect.custom"), { value: () => "***" });
  }

  constructor(value: string | undefined) {
    if (typeof value !== "string" || value === "")
      throw new TypeError("Secret: there is no value; is the variable of the environment set?");
    this.#value = value;
    keepSecret(this, value);
  }

  /** The secret itself. */
  reveal(): string {
    return this.#value;
  }

  /** Whether it is the same, compared in constant time. */
  matches(candidate: string | Uint8Array): boolean {
    return secretEquals(candidate, this.#value);
  }

  toString(): string {
    return "***";
  }
  toJSON(): string {
    return "***";
  }
}
