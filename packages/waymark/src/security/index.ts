export { apiKey, type ApiKeyOptions } from "./api-key.ts";
export { bearer, type BearerOptions } from "./bearer.ts";
export type { Credential, CredentialOptions } from "./credential.ts";
