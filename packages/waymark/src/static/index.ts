export type { StaticOptions } from "./options.ts";
export { staticFiles } from "./static-files.ts";
