/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110 §5.5: visible characters, space, tab and obs-text; never CR, LF or NUL. */
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** The lower-case name of a field that HTTP can carry. Throws a `TypeError` otherwise: the guard against injection. */
export function checkField(name: string, value: string): string {
  if (!TOKEN.test(name)) throw new TypeError(`${JSON.stringify(name)} is not a header field name`);
  if (NOT_IN_VALUE.test(value))
    throw new TypeError(`the value of header field ${name} has a character that HTTP cannot carry`);
  return name.toLowerCase();
}
