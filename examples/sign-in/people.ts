// Passwords as they are kept: salted, and hashed so that trying many takes long. Argon2 and bcrypt are as good, or better.
import { secretEquals } from "waymark/security";

export interface Person {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly notes: string[];
  readonly salt: string;
  /** PBKDF2 of the password, in base64. */
  readonly hash: string;
}

export const people: ReadonlyMap<string, Person> = new Map([
  [
    "ada",
    {
      name: "Ada",
      scopes: ["notes:read", "notes:write"],
      notes: ["A note of Ada's"],
      salt: "s4lt-of-ada",
      hash: "AiIyYkFdWL9cv+2NDv+jjisxkfHnmnDQM9EdPpOCUdQ=",
    },
  ],
  [
    "bob",
    {
      name: "Bob",
      scopes: ["notes:read"],
      notes: ["A note of Bob's"],
      salt: "s4lt-of-bob",
      hash: "c8/SfNeYNkyrhWsFE5w2EVhvNOtGMDcctPUmSM9yVo8=",
    },
  ],
]);

/** What a name that nobody has is compared with. */
const nobody = { salt: "s4lt-of-nobody", hash: "rhnuAEpQ0VAj3d0lNQa5to5jEPfZe0UFejUxA5RLiyk=" };

/** The person whose name and password these are. It takes as long for a name that nobody has. */
export async function passwordIsOf(username: string, password: string): Promise<Person | undefined> {
  const found = people.get(username);
  const { salt, hash } = found ?? nobody;
  return secretEquals(await hashOf(password, salt), hash) ? found : undefined;
}

/** OWASP's figure for PBKDF2 with SHA-256 is 600,000; a page that is tried out has fewer. */
async function hashOf(password: string, salt: string): Promise<string> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(password), "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: encoder.encode(salt), iterations: 10_000 };
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256))));
}
