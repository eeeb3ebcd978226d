/** Milliseconds of work after which others have a turn. */
const SLICE = 5;

/** Maps a list, however long, without keeping the event loop for itself: requests are answered in between. */
export async function inTurns<From, To>(list: readonly From[], map: (each: From) => To): Promise<To[]> {
  const made: To[] = [];
  let since = performance.now();
  for (const each of list) {
    made.push(map(each));
    if (performance.now() - since < SLICE) continue;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  }
  return made;
}
