export { diffDocuments, type DiffOptions } from "./diff/diff-documents.ts";
export type { Change } from "./diff/change.ts";
export { CHANGE_CODES, type ChangeCode, type ChangeKind, type ChangeMeaning } from "./diff/codes.ts";
