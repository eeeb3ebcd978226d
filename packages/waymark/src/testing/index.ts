export { testClient, TestClient, type Overrides, type TestedApp } from "./test-client.ts";
export type { TestClientOptions, TestRequest, TestFile, FieldValue, PartValue } from "./options.ts";
export { CookieJar, type StoredCookie } from "./cookie-jar.ts";
export { EventReader, type EventsOptions, type TestEvent } from "./event-reader.ts";
export { TestSocket, SocketRefused, type SocketOptions } from "./test-socket.ts";
export { fuzzContract } from "./fuzz-contract.ts";
export { ContractBroken } from "./contract-broken.ts";
export type { FuzzedApp } from "./fuzzed-app.ts";
export type {
  CheckName,
  Credential,
  FuzzedOperation,
  FuzzFinding,
  FuzzOptions,
  FuzzReport,
  FuzzSkip,
} from "./fuzz-options.ts";
