// `import * as input from "waymark/inputs"`: for where `path` would clash with `node:path`.
export { body } from "./body.ts";
export { constant } from "./constant.ts";
export { cookie } from "./cookie.ts";
export { file, files, type FilesOptions, type OneFileOptions } from "./file.ts";
export { form, type FormInput } from "./form.ts";
export { given } from "./given.ts";
export { header } from "./header.ts";
export { lastEventId } from "./last-event-id.ts";
export { parts, type PartsOptions } from "./parts.ts";
export { path } from "./path.ts";
export { query } from "./query.ts";
export { request } from "./request.ts";
export { response } from "./response.ts";
export type { Input, Schema } from "./input.ts";
export type { BodyOptions, FileOptions, GroupOptions, InputOptions, RawBodyOptions } from "./marker.ts";
export type { BodyParser, RawBody } from "../http/raw-body.ts";
