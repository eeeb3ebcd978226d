/** The audience of the main document, and its name. */
export const PUBLIC = "public";
