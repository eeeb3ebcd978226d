// `import * as input from "waymark/inputs"`: for where `path` would clash with `node:path`.
export { body } from "./body.ts";
export { constant } from "./constant.ts";
export { cookie } from "./cookie.ts";
export { given } from "./given.ts";
export { header } from "./header.ts";
export { path } from "./path.ts";
export { query } from "./query.ts";
export { request } from "./request.ts";
export { response } from "./response.ts";
export type { Input, Schema } from "./input.ts";
export type { BodyOptions, InputOptions } from "./marker.ts";
