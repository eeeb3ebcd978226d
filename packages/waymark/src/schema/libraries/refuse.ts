/**
 * Notes a type that JSON has no form for: the library goes on, and all of them are reported at once. What it returns
 * takes the note back.
 */
export type Refuse = (type: string, remedy?: string) => () => void;
