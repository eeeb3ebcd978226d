import { checkField } from "../../http/field.ts";

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Visible ASCII without "#": an origin, absolute or asterisk form (RFC 9112 §3.2); the authority form is CONNECT's. */
const TARGET = /^(?:\/|\*$|https?:\/\/[^/])[\x21\x22\x24-\x7e]*$/;

/**
 * Writes the head of a request, one character a byte ("latin1"). What it writes, every parser reads the same way.
 *
 * Throws a `TypeError` for what HTTP cannot carry (line ends, controls, names that are no tokens), for what frames the
 * body twice or ambiguously, and unless there is exactly one Host (RFC 9112 §3.2, §6).
 */
export function writeRequestHead(
  method: string,
  target: string,
  fields: Iterable<readonly [name: string, value: string]>,
): string {
  if (!METHOD.test(method) || method === "CONNECT")
    throw new TypeError(`${JSON.stringify(method)} is not a method that can be sent`);
  if (!TARGET.test(target)) throw new TypeError(`${JSON.stringify(target)} is not a request target`);
  let hosts = 0;
  let framings = 0;
  let text = `${method} ${target} HTTP/1.1\r\n`;
  for (const [name, value] of fields) {
    const key = checkField(name, value);
    if (key === "host") {
      hosts++;
      if (!/^[\w\-.~%!$&'()*+,;=:[\]]*$/.test(value))
        throw new TypeError(`${JSON.stringify(value)} is not a host`);
    } else if (key === "content-length") {
      framings++;
      if (!/^\d{1,15}$/.test(value)) throw new TypeError("Content-Length is not a number");
    } else if (key === "transfer-encoding") {
      framings++;
      if (value.toLowerCase() !== "chunked") throw new TypeError("There is no transfer coding but chunked");
    }
    text += `${name}: ${value}\r\n`;
  }
  if (hosts !== 1) throw new TypeError("A request has exactly one Host");
  if (framings > 1) throw new TypeError("A request has one Content-Length or one Transfer-Encoding");
  return `${text}\r\n`;
}
