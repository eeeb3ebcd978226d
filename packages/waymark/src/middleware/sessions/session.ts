/** What a session holds: JSON, by name. */
export type SessionData = Readonly<Record<string, unknown>>;

/** Fields to change; undefined takes one away. */
export type SessionChanges<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** The session of one browser, as one request sees it. It is saved before the reply is sent, if it changed. */
export interface Session<T> {
  /** What was put into it; may be changed in place. */
  data: T;
  /** There was none, or none that is still good. */
  readonly isNew: boolean;
  /** Changes some fields: `session.set({ userId: user.id })`. */
  set(changes: SessionChanges<T>): void;
  /** Forgets everything, here and in the browser: for signing out. What is set afterwards begins another session. */
  destroy(): void;
  /** Keeps the data under a new id, and lets the old one go: whenever somebody signs in or gets other rights. */
  regenerate(): void;
}

/** A session with what it takes to save it. */
export class OpenSession<T> implements Session<T> {
  data: T;
  readonly isNew: boolean;
  /** Of its record in the store; undefined when it has none. */
  readonly id: string | undefined;
  /** As it was when it was opened. */
  readonly before: T;
  readonly #textBefore: string;
  readonly #fresh: () => T;
  /** A new id was asked for, or a new cookie is needed. */
  isRenewed: boolean;
  isDestroyed = false;

  constructor(state: {
    readonly data: T;
    readonly id: string | undefined;
    readonly isNew: boolean;
    /** It was sealed with a secret that is on its way out. */
    readonly isStale: boolean;
    readonly fresh: () => T;
  }) {
    this.data = state.data;
    this.id = state.id;
    this.isNew = state.isNew;
    this.isRenewed = state.isStale;
    this.#fresh = state.fresh;
    this.#textBefore = JSON.stringify(state.data);
    this.before = JSON.parse(this.#textBefore) as T;
  }

  set(changes: SessionChanges<T>): void {
    // Not assigned to: a field named __proto__ would be the prototype.
    this.data = { ...this.data, ...changes };
  }
  destroy(): void {
    this.data = this.#fresh();
    this.isDestroyed = true;
    this.isRenewed = false;
  }
  regenerate(): void {
    this.isRenewed = true;
  }

  get isChanged(): boolean {
    return JSON.stringify(this.data) !== this.#textBefore;
  }
  /** Nothing is in it that a new one does not have. */
  get isEmpty(): boolean {
    return JSON.stringify(this.data) === JSON.stringify(this.#fresh());
  }
}
