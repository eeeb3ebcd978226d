/** Secrets that the application holds, each as long as somebody holds it. */
const held = new Map<string, number>();

const forgotten = new FinalizationRegistry<string>((value) => {
  const left = (held.get(value) ?? 0) - 1;
  if (left > 0) held.set(value, left);
  else held.delete(value);
});

/** Keeps a value out of everything that is logged or traced, for as long as `owner` lives. */
export function keepSecret(owner: object, value: string): void {
  held.set(value, (held.get(value) ?? 0) + 1);
  forgotten.register(owner, value);
}

/** All of them. */
export function knownSecrets(): Iterable<string> {
  return held.keys();
}
