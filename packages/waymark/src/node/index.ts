export { connect, nodeRequest } from "./connect.ts";
export { nodeHandler, type NodeHandler } from "./node-handler.ts";
