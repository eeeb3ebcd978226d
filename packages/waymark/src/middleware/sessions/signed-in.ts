import { type AnyDependency, dependency, type Dependency } from "../../dependency.ts";
import { challenge, unauthenticated } from "../../security/challenge.ts";
import { credential, type Credential } from "../../security/credential.ts";
import type { Session } from "./session.ts";

/** What stands for somebody: nothing that is false in itself. */
type Somebody<R> = Exclude<Awaited<R>, undefined | null | false | "" | 0 | void>;

/** Whoever is signed in: an input, or a guard. */
export type SignedIn<R> = Dependency<{}, Promise<Somebody<R>>, never>;

/** Makes what asks for somebody: see `Sessions.required`. */
export type Require<T> = <R>(who: (data: T, session: Session<T>) => R) => SignedIn<R>;

const NOBODY = "Not signed in";

/** @param name of the session's cookie. */
export function requireOf<T>(
  session: Dependency<any, AsyncGenerator<Session<T>, void, void>, never>,
  name: string,
): Require<T> {
  const wants = challenge("ApiKey", { in: "cookie", name });
  // For the document, and to be a guard: what the cookie is worth is found out where the session is opened.
  const cookie = credential(
    {
      schemeName: name.replace(/[^\w.-]/g, "_"),
      scheme: { type: "apiKey", in: "cookie", name },
      challenge: wants,
      find: () => "",
    },
    { description: "The cookie of a session: signing in sets it." },
  ) as Credential<string>;
  return <R>(who: (data: T, session: Session<T>) => R) => {
    const found: AnyDependency = dependency(
      { name: who.name || "signedIn", input: { cookie, session }, errors: { 401: NOBODY } },
      async ({ session: opened }) => {
        const somebody = await who(opened.data, opened);
        if (!somebody) throw unauthenticated(wants, NOBODY);
        return somebody;
      },
    );
    return found as SignedIn<R>;
  };
}
