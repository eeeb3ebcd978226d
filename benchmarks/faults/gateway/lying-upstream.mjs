// An upstream that lies about its answers, and remembers what it said and when. Every answer says whose it is and whether it
// is a lie, so that whoever gets it can tell.
import { createServer } from "node:net";

const LATEST = 15;
/** As much as the gateway reads at once from a connection that is new. */
const READ = 16_384;

/** An answer for `id`; `lie` is the name of the lie that it is a part of, null for the truth. */
function body(id, lie) {
  return JSON.stringify({ id, lie });
}
function answer(id, lie = null, { status = "200 OK", lines = "", text = body(id, lie), length } = {}) {
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n${lines}Content-Length: ${length ?? text.length}\r\n\r\n${text}`;
}
const chunked = (id, rest = "0\r\n\r\n") => {
  const text = body(id, null);
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n${rest}`;
};

/** What can be seen to be no answer of the request's own before the next one leaves. */
export const TOLD = {
  truth: (peer, id) => peer.say(answer(id)),
  "truth, in chunks": (peer, id) => peer.say(chunked(id)),
  "truth, cut at odd places": (peer, id) => peer.sayInPieces(answer(id)),
  "truth in chunks, cut at odd places": (peer, id) => peer.sayInPieces(chunked(id, "0\r\nX-T: 1\r\n\r\n")),
  "truth behind two 1xx": (peer, id) =>
    peer.say(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${answer(id)}`),
  "another answer in the same bytes": (peer, id) => peer.say(answer(id) + answer(id, "another")),
  "the beginning of another answer": (peer, id) => peer.say(`${answer(id)}HTTP/1.1 200 OK\r\nContent-`),
  "one byte too many": (peer, id) => peer.say(`${answer(id)}\n`),
  "a length that is too short": (peer, id) =>
    peer.say(answer(id, null, { text: body(id, null) + answer(id, "short"), length: body(id, null).length })),
  "a length that is too long, then the end": (peer, id) => {
    peer.say(answer(id, null, { length: 10_000 }));
    setTimeout(() => peer.end(), 2);
  },
  "a read that is exactly full, and another answer": (peer, id) => {
    const start = answer(id, null, { text: "", length: 16_000 }).length;
    const text = body(id, null).padEnd(READ - start);
    peer.say(answer(id, null, { text }) + answer(id, "full"));
  },
  "another answer behind the last chunk": (peer, id) =>
    peer.say(chunked(id, `0\r\n\r\n${answer(id, "chunk")}`)),
  "another answer in the place of trailers": (peer, id) =>
    peer.say(chunked(id, `0\r\n${answer(id, "trailer")}`)),
  "a chunk longer than it says": (peer, id) =>
    peer.say(chunked(id).replace("\r\n\r\n{", "\r\n\r\n{ ").replace("}", "}}")),
  "another answer behind Connection: close": (peer, id) =>
    peer.say(answer(id, null, { lines: "Connection: close\r\n" }) + answer(id, "closed")),
  "204 with a body": (peer, id) =>
    peer.say(
      `HTTP/1.1 204 No Content\r\nX-Id: ${id}\r\nContent-Length: ${answer(id, "204").length}\r\n\r\n${answer(id, "204")}`,
    ),
  "304 with a body": (peer, id) =>
    peer.say(`HTTP/1.1 304 Not Modified\r\nX-Id: ${id}\r\nContent-Length: 20\r\n\r\n${answer(id, "304")}`),
  "no length, and open": (peer, id) => {
    peer.say(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${body(id, null)}`);
    setTimeout(() => peer.end(), 2);
  },
};
/** Further ones for HEAD, to which no body belongs. */
export const TO_HEAD = {
  "HEAD with a body": (peer, id) => peer.say(answer(id, null, { lines: `X-Id: ${id}\r\n` })),
  "HEAD with a body that is an answer": (peer, id) =>
    peer.say(answer(id, null, { lines: `X-Id: ${id}\r\n`, text: answer(id, "head") })),
  "truth to HEAD": (peer, id) => peer.say(`HTTP/1.1 200 OK\r\nX-Id: ${id}\r\nContent-Length: 33\r\n\r\n`),
};
/** Further ones for POST, whose bodies come after their heads. */
export const TO_POST = {
  "an answer before the request's body": (peer, id) => peer.say(answer(id)),
};
/** Answers that nobody asked for, some time after the truth: the next request may be on its way by then. */
export const LATE = {
  truth: TOLD.truth,
  "another answer, later": (peer, id) => {
    peer.say(answer(id));
    const asked = peer.asked;
    setTimeout(() => peer.lie(id, asked), Math.random() * LATEST);
  },
  "another answer, at once": (peer, id) => {
    peer.say(answer(id));
    const asked = peer.asked;
    setImmediate(() => peer.lie(id, asked));
  },
};
/** The answer of nobody in the place of the truth, which follows it. */
export const FIRST = {
  truth: TOLD.truth,
  "a lie before the truth": (peer, id) => peer.say(answer(id, "first") + answer(id)),
};

/**
 * @param choose gives what is said to a request: `(method, id) => (peer, id) => void`.
 * @param greets says an answer to nothing on some connections, before any request.
 */
export async function lyingUpstream(choose, greets = 0) {
  const sockets = new Set();
  const counts = { connections: 0 };
  const server = createServer({ noDelay: true }, (socket) => {
    counts.connections++;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    const peer = new Peer(socket);
    if (Math.random() < greets) peer.lie("nobody", 0);
    socket.on("data", (bytes) => {
      for (const { method, id } of peer.requestsIn(bytes.toString("latin1"))) {
        choose(method, id)(peer, id);
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    counts,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

class Peer {
  #socket;
  #rest = "";
  #missing = 0;
  /** Requests that have come. */
  asked = 0;

  constructor(socket) {
    this.#socket = socket;
  }
  /** Heads, each as soon as it is there: bodies are passed over. */
  *requestsIn(text) {
    this.#rest += text;
    for (;;) {
      const passed = Math.min(this.#missing, this.#rest.length);
      this.#rest = this.#rest.slice(passed);
      this.#missing -= passed;
      const end = this.#rest.indexOf("\r\n\r\n");
      if (this.#missing > 0 || end === -1) return;
      const head = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 4);
      this.#missing = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const [, method, id] = /^(\S+) \/r\/(\S+) /.exec(head);
      this.asked++;
      yield { method, id };
    }
  }
  say(text) {
    if (!this.#socket.destroyed) this.#socket.write(text, "latin1");
  }
  /** Says what nobody asked for, and whether a request has come since the truth was said. */
  lie(id, asked) {
    if (this.#socket.destroyed) return;
    const isAfterNext = this.asked > asked;
    this.say(
      answer(id, isAfterNext ? "said after the next request had come" : "said before the next request came"),
    );
  }
  sayInPieces(text) {
    const cut = 1 + Math.floor(Math.random() * (text.length - 1));
    const second = cut + Math.floor(Math.random() * (text.length - cut));
    this.say(text.slice(0, cut));
    setImmediate(() => {
      this.say(text.slice(cut, second));
      setTimeout(() => this.say(text.slice(second)), 1);
    });
  }
  end() {
    this.#socket.end();
  }
}
