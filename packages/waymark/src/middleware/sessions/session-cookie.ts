import type { HandlerContext } from "../../http/handlers.ts";
import type { CookieOptions } from "../../http/set-cookie.ts";

/** Attributes of the session's cookie; `maxAge` is an option of the sessions themselves. */
export interface SessionCookieOptions extends Omit<CookieOptions, "maxAge" | "expires"> {
  /** Kept when the browser is closed, for as long as the session lives. Default true. */
  readonly persistent?: boolean;
}

/** What browsers keep: name, "=" and value (RFC 6265bis §5.7). */
const LONGEST = 4096;

/** The cookie that carries a session or its id. */
export class SessionCookie {
  readonly #name: string;
  readonly #options: CookieOptions;

  constructor(name: string, { persistent = true, ...options }: SessionCookieOptions, maxAge: number) {
    this.#name = name;
    this.#options = persistent ? { ...options, maxAge } : options;
  }

  read(request: HandlerContext["request"]): string | undefined {
    const value = request.cookies.get(this.#name);
    return value === undefined || value.length > LONGEST ? undefined : value;
  }

  /** Throws when the cookie would be too long for a browser. */
  write(context: HandlerContext, value: string): void {
    const size = this.#name.length + 1 + value.length;
    if (size > LONGEST)
      throw new Error(
        `the session is a cookie of ${size} bytes, and browsers keep ${LONGEST}: put less into it, or give sessions a store`,
      );
    const { response } = context;
    response.cookies.set(this.#name, value, { ...this.#options, ...this.#secure(context) });
    // Nobody else may be given this reply, unless the application thinks otherwise.
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "private");
  }

  remove(context: HandlerContext): void {
    const { maxAge: _, ...options } = this.#options;
    context.response.cookies.delete(this.#name, { ...options, ...this.#secure(context) });
  }

  /** What the client speaks, which a trusted proxy may know better; and what a prefix of the name promises. */
  #secure({ request }: HandlerContext): Pick<CookieOptions, "secure"> {
    const { secure = request.scheme === "https" || /^__(?:Host|Secure)-/i.test(this.#name) } = this.#options;
    return secure ? { secure } : this.#options.secure === undefined ? {} : { secure: false };
  }
}
