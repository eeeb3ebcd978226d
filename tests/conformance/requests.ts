import { BODIES } from "./requests/bodies.ts";
import { FORMS } from "./requests/forms.ts";
import { INPUTS } from "./requests/inputs.ts";
import { REPLIES } from "./requests/replies.ts";
import { ROUTING } from "./requests/routing.ts";
import type { Row } from "./requests/row.ts";
import { SECURITY } from "./requests/security.ts";

/** Requests by their subject, and what every driver has to answer. */
export const ROWS: readonly Row[] = [...ROUTING, ...INPUTS, ...BODIES, ...FORMS, ...SECURITY, ...REPLIES];
