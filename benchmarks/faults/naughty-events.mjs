// Events made of what could end a field or begin another one, the same ones every time; and how a browser reads them.

const PIECES = [
  "\r",
  "\n",
  "\r\n",
  ":",
  " ",
  "\0",
  "\u2028",
  "\uFEFF",
  "é",
  "\ud800",
  "🍪",
  "data: x",
  "id: 1",
  "event: e",
  "retry: 1",
  "a",
];

export function naughtyEvents(count) {
  let state = 1;
  // xorshift32
  const random = (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const text = () => Array.from({ length: random(8) }, () => PIECES[random(PIECES.length)]).join("");
  // Neither field can hold these: `event` refuses them (http/sse.test.ts).
  const line = () => text().replaceAll(/[\r\n\0]/g, "");
  return Array.from({ length: count }, () => ({ data: text(), event: line(), id: line() }));
}

/** WHATWG HTML §9.2.6. */
export function decodeEvents(stream) {
  const events = [];
  let [data, event, id] = ["", "", ""];
  for (const line of stream.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (data !== "") events.push({ data: data.replace(/\n$/, ""), event: event || "message", id });
      [data, event] = ["", ""];
      continue;
    }
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") data += `${value}\n`;
    else if (name === "event") event = value;
    else if (name === "id" && !value.includes("\0")) id = value;
  }
  return events;
}
