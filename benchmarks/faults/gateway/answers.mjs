// Reads the answers of a connection of HTTP/1.1 as a strict client would.

/** The final answers in `text` (latin1), each whole or not. `methods` of the requests in turn, as far as they are known. */
export function readAnswers(text, methods = [], isClosed = false) {
  const finals = [];
  let rest = text;
  while (rest !== "") {
    const end = rest.indexOf("\r\n\r\n");
    const head = end === -1 ? rest : rest.slice(0, end + 2);
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
    if (status === undefined) return { finals, isJunk: true };
    if (end === -1) {
      finals.push({ status, head, isWhole: false });
      break;
    }
    rest = rest.slice(end + 4);
    if (status.startsWith("1") && status !== "101") continue;
    const isBodiless = methods[finals.length] === "HEAD" || ["204", "304", "101"].includes(status);
    const size = isBodiless ? 0 : bodySize(head, rest, isClosed);
    finals.push({ status, head, isWhole: size !== undefined });
    if (size === undefined) break;
    rest = rest.slice(size);
  }
  return { finals, isJunk: false };
}

export const fieldOf = (head, name) => new RegExp(`\\r\\n${name}: *([^\\r]*)`, "i").exec(head)?.[1];

/** How much of `rest` the body is; undefined while it is not all there. */
function bodySize(head, rest, isClosed) {
  if (/\r\ntransfer-encoding:[^\r]*chunked/i.test(head)) return chunkedSize(rest);
  const length = fieldOf(head, "content-length");
  if (length !== undefined) return rest.length >= Number(length) ? Number(length) : undefined;
  return isClosed ? rest.length : undefined;
}

function chunkedSize(rest) {
  for (let at = 0; ;) {
    const line = rest.indexOf("\r\n", at);
    if (line === -1) return undefined;
    const size = Number.parseInt(rest.slice(at, line), 16);
    if (Number.isNaN(size)) return undefined;
    at = line + 2 + size + 2;
    if (at > rest.length) return undefined;
    if (size === 0) return at;
  }
}
