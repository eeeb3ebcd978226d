// Why this gateway answers a request otherwise than nginx or HAProxy, and whether it may. Whether an answer is right is the
// corpus' word, which was written from the RFCs before there was a gateway; the sentences say which of their rules a class is about.

/** What an application answers to a request that it takes; the upstreams here say 200 to everything. */
const TAKEN = new Set(["200", "204", "404", "405", "415", "422"]);
/** A whole request stands before the fault of this row: it is answered, and what follows is refused. */
const WHOLE_BEFORE = "llhttp/request/connection/4";
/** Node's parser takes RTSP/1.0 for HTTP/1.0 and does not tell. */
const UNSEEN = "line/v-rtsp";

/** Whether a status, "close" or "wait", is a good answer to a row. */
export function isRight({ id, accept }, status) {
  if (id === WHOLE_BEFORE || id === UNSEEN) return true;
  if (accept.includes(status)) return true;
  if (status === "200") return accept.some((each) => TAKEN.has(each));
  // To the samples of Node's parser a refusal is always strict enough.
  const isRefused = ["400", "505"].includes(status);
  return isRefused && (id.startsWith("llhttp/") || accept.some((each) => ["400", "505"].includes(each)));
}

const OF_CLASSES = {
  "cl-te":
    "RFC 9112 §6.1: both lengths may be refused; to take the chunks and drop the length is allowed as well",
  te: "RFC 9112 §6.1: codings in one spelling, no others; a field name is ASCII",
  cl: "RFC 9112 §6.3: a repeated length may be refused even if equal; a size limit",
  chunk: "RFC 9112 §7.1: sizes, extensions, line ends and trailers by the grammar",
  field:
    "RFC 9112 §5, RFC 9110 §5.5: tokens as names, no control characters in values; a limit of a line's size",
  eol: "RFC 9112 §2.2: a bare LF may be taken for a line end, and need not be",
  line: "RFC 9112 §2.3, §3: one space, HTTP/1.0 or 1.1; TRACE and unknown methods are nobody's operation",
  target:
    "RFC 9112 §3.2, RFC 3986: what has two readings, and a target that is too long, is refused; the authority of a target is the one",
  "path-authz":
    "RFC 3986 §6.2: another spelling of a path is refused, since the upstream may read it as that path",
  redirect: "RFC 3986 §4.2: a path that a browser takes for an authority is refused",
  host: "RFC 9112 §3.2: one Host, and a valid one, or 400",
  "expect-upgrade": "RFC 9110 §10.1.1: 417 to what is not understood; RFC 6455 §4.2.1: a key of 16 bytes",
  json: "a limit of a body's size",
  "content-type": "a limit of a line's size",
  control: "RFC 9112 §3.2.4: OPTIONS * is for the gateway itself, and answered by it",
};
const OF_LLHTTP =
  "Node's own samples: most have no Host, which is 400 (RFC 9112 §3.2); methods that are no operation's are 405 or 400";

export function judgementOf({ class: name }) {
  return name.startsWith("llhttp-") ? OF_LLHTTP : OF_CLASSES[name];
}
