/** What the rows have in common. */
export const json = { "content-type": "application/json" };
export const ada = { authorization: "Bearer ada" };
export const problem = { "content-type": "application/problem+json" };
/** Why a web `Request` cannot ask it. */
export const NORMALISED = "URLs of the web are normalised";
export const FORBIDDEN = "the web has no such request";

export const item = (itemId: string, limit = 10): unknown => ({ itemId, limit });
export const issue = (place: string, name: string, ...path: (string | number)[]): unknown => ({
  in: place,
  name,
  path,
});
