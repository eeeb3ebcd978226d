// All that a module of contracts imports beside its schemas: nothing of the server, so that a browser can load it too.
export { contract, type Contract, type ContractFactory, type MessageContract } from "./contract.ts";
export { content } from "../outputs/content.ts";
export { empty } from "../outputs/empty.ts";
export { events } from "../outputs/events.ts";
export { jsonLines } from "../outputs/json-lines.ts";
export * from "../inputs/index.ts";
