import { ada, issue, json } from "./parts.ts";
import type { Row } from "./row.ts";

// Signed with the secret of the application; their `exp` is the year 2286, but for the one that has expired.
const TOKEN =
  "eyJhbGciOiAiSFMyNTYifQ.eyJzdWIiOiAiYWRhIiwgInNjb3BlIjogInJlYWQiLCAiZXhwIjogOTk5OTk5OTk5OX0.M1wFonPVl8mRcCOEMGKGbWz9vJAQ2-W8EzJ4a0he5wU";
const TOKEN_WITHOUT_SCOPE =
  "eyJhbGciOiAiSFMyNTYifQ.eyJzdWIiOiAiYWRhIiwgImV4cCI6IDk5OTk5OTk5OTl9.KExN7HlALCMvvb3StC7rS1Wckux4y_xXc2ROcW-8KjY";
const TOKEN_EXPIRED =
  "eyJhbGciOiAiSFMyNTYifQ.eyJzdWIiOiAiYWRhIiwgInNjb3BlIjogInJlYWQiLCAiZXhwIjogMX0.uQHqV-CTjUygmyZujLwgg5PVX3_UYR4DTva6LPITT_I";
const TOKEN_OF_NO_ALGORITHM =
  "eyJhbGciOiAibm9uZSJ9.eyJzdWIiOiAiYWRhIiwgInNjb3BlIjogInJlYWQiLCAiZXhwIjogOTk5OTk5OTk5OX0.xSXCuY5lvzWDw7dE6gl0EouTLzvmhKP_VL0LQ2Xr1HI";
const urlencoded = "application/x-www-form-urlencoded";

/** Who is let in, and what is told to nobody. */
export const SECURITY: readonly Row[] = [
  // guards come before everything else
  {
    ask: "POST /secret/products",
    headers: { "content-type": "text/plain" },
    body: "{",
    status: 401,
    fields: { "www-authenticate": "Bearer" },
  },
  { ask: "POST /secret/products", headers: json, body: "x".repeat(3000), status: 401 },
  { ask: "GET /secret/items/1?limit=x", status: 401 },
  { ask: "GET /secret/items/1?limit=x", headers: { authorization: "Bearer eve" }, status: 403 },
  { ask: "GET /secret/items/1?limit=x", headers: ada, status: 422 },
  { ask: "GET /secret/items/1?limit=%ff", status: 401 },
  { ask: "GET /secret/items/1", headers: { authorization: "bearer  ada" }, status: 200 },
  { ask: "GET /secret/items/1", headers: { authorization: "Basic ada" }, status: 401 },
  // credentials
  { ask: "GET /basic", headers: { authorization: "Basic YWRhOnB3" }, status: 200, says: "ada" },
  {
    ask: "GET /basic",
    headers: { authorization: "Basic YWRh" },
    status: 401,
    fields: { "www-authenticate": 'Basic realm="Restricted", charset="UTF-8"' },
  },
  { ask: "GET /either", headers: { "x-key": "k" }, status: 200, says: { by: "machine", value: "k" } },
  { ask: "GET /either", headers: ada, status: 200, says: { by: "user", value: "ada" } },
  {
    ask: "GET /either",
    status: 401,
    fields: { "www-authenticate": 'Bearer, ApiKey in="header", name="X-Key"' },
  },
  { ask: "GET /verified", headers: { authorization: `Bearer ${TOKEN}` }, status: 200, says: "ada" },
  {
    ask: "GET /verified",
    headers: { authorization: `Bearer ${TOKEN_WITHOUT_SCOPE}` },
    status: 403,
    fields: { "www-authenticate": 'Bearer error="insufficient_scope", scope="read"' },
  },
  {
    ask: "GET /verified",
    headers: { authorization: `Bearer ${TOKEN_EXPIRED}` },
    status: 401,
    detail: "The token has expired",
  },
  {
    ask: "GET /verified",
    headers: { authorization: `Bearer ${TOKEN_OF_NO_ALGORITHM}` },
    status: 401,
    fields: {
      "www-authenticate": 'Bearer error="invalid_token", error_description="The token is not valid"',
    },
  },
  { ask: "GET /verified", headers: { authorization: `Bearer ${"x".repeat(9000)}` }, status: 401 },
  {
    ask: "POST /token",
    headers: { "content-type": urlencoded },
    body: "grant_type=password&username=ada&password=open",
    status: 200,
    says: { access_token: "ada", token_type: "Bearer" },
    fields: { "cache-control": "no-store" },
  },
  {
    ask: "POST /token",
    headers: { "content-type": urlencoded },
    body: "grant_type=password&username=ada&password=",
    status: 400,
    says: { error: "invalid_request", error_description: "password is missing" },
    fields: { "content-type": "application/json", "cache-control": "no-store" },
  },
  { ask: "POST /token", headers: json, body: "{}", status: 415 },
  { ask: "GET /secret/none", status: 404 },
  { ask: "DELETE /secret/items/1", status: 405 },
  { ask: "POST /secret/products", headers: { ...ada, "content-type": "text/plain" }, body: "{", status: 415 },
  { ask: "POST /secret/products", headers: { ...ada, ...json }, body: "{", status: 400 },
  { ask: "POST /secret/products", headers: { ...ada, ...json }, body: "{}", status: 422 },
  { ask: "POST /secret/products", headers: { ...ada, ...json }, body: "x".repeat(3000), status: 413 },
  {
    ask: "POST /secret/pin",
    headers: { ...ada, ...json, "x-level": "high" },
    body: "{",
    status: 422,
    says: { errors: [issue("header", "x-level")] },
  },
  { ask: "POST /secret/pin", headers: { ...ada, ...json, "x-level": "1" }, body: "{", status: 400 },
  { ask: "POST /pin?limit=x", headers: json, body: '"0000"', status: 403 },
  {
    ask: "POST /pin?limit=x",
    headers: json,
    body: '"1234"',
    status: 422,
    says: { errors: [issue("query", "limit")] },
  },
  { ask: "POST /pin?limit=x", headers: json, body: "{", status: 400 },
  { ask: "POST /pin?limit=1", headers: json, body: '"1234"', status: 200, says: 1 },
  { ask: "GET /keyed?page=x", status: 401, fields: { "www-authenticate": 'ApiKey in="query", name="key"' } },
  { ask: "GET /keyed?page=x&key=k&key=l", status: 401 },
  { ask: "GET /keyed?page=2&key=k", status: 200, says: 2 },
  // secrets in every place of a request that is refused are not sent back
  {
    ask: "POST /refused/SECRET?number=SECRET&choice=SECRET",
    headers: { ...json, "x-digits": "SECRET", authorization: "Bearer SECRET", cookie: "short=SECRET" },
    body: JSON.stringify({
      literal: "SECRET",
      date: "SECRET",
      either: { k: "SECRET" },
      email: "SECRET",
      kind: { t: "SECRET" },
      list: ["SECRET"],
    }),
    status: 422,
  },
  { ask: "POST /refused/1", headers: json, body: '{"literal": SECRET}', status: 400 },
  { ask: "POST /refused/1", headers: { "content-type": "SECRET/SECRET" }, body: "{}", status: 415 },
  { ask: "GET /secret/items/1", headers: { authorization: "Basic SECRET" }, status: 401 },
  { ask: "GET /SECRET?SECRET=SECRET", headers: { cookie: "SECRET=SECRET" }, status: 404 },
  { ask: "SEARCH /items/SECRET", status: 405 },
];
