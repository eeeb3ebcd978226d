/** The data of Server-Sent Events, as they come. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown, undefined> {
  let text = "";
  for await (const piece of body.pipeThrough(new TextDecoderStream() as never) as AsyncIterable<string>) {
    text += piece;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = /^data: ?(.*)$/m.exec(text.slice(0, end));
      text = text.slice(end + 2);
      if (data !== null) yield JSON.parse(data[1]!);
    }
  }
  return undefined;
}
