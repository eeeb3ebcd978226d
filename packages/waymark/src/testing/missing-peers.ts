const PEERS = ["fast-check", "ajv", "ajv-formats"];

/** What is said where a package is missing that comes with the application; any other error as it is. */
export function explainMissingPeers(cause: unknown): unknown {
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const isPeer = PEERS.some((peer) => String(message).includes(`'${peer}'`));
  if (code !== "ERR_MODULE_NOT_FOUND" || !isPeer) return cause;
  const needed = `${PEERS.slice(0, -1).join(", ")} and ${PEERS.at(-1)!}`;
  return new Error(`fuzzContract needs ${needed}: npm install --save-dev ${PEERS.join(" ")}`, { cause });
}
