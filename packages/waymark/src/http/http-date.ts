const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const TIME = "(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})";

/** The three forms of RFC 9110 §5.6.7: the present one, that of RFC 850, and that of C's asctime. */
const FORMS = [
  new RegExp(`^${DAY}, (?<day>[0-9]{2}) (?<month>[A-Z][a-z]{2}) (?<year>[0-9]{4}) ${TIME} GMT$`),
  new RegExp(`^[A-Z][a-z]{5,8}, (?<day>[0-9]{2})-(?<month>[A-Z][a-z]{2})-(?<year>[0-9]{2}) ${TIME} GMT$`),
  new RegExp(`^${DAY} (?<month>[A-Z][a-z]{2}) (?<day>[0-9 ][0-9]) ${TIME} (?<year>[0-9]{4})$`),
];

/**
 * An HTTP date in seconds since the epoch; undefined for what is none, which counts as a field that is not there.
 * `Date.parse` would take much else.
 */
export function parseHttpDate(text: string): number | undefined {
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups;
    if (groups === undefined) continue;
    const { day = "", month = "", year = "", time = "" } = groups;
    const index = MONTHS.indexOf(month) + 1;
    const date = `${fullYear(year)}-${String(index).padStart(2, "0")}-${day.replace(" ", "0")}T${time}Z`;
    const milliseconds = Date.parse(date);
    return index === 0 || Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
  }
  return undefined;
}

/** Two digits that seem to be more than 50 years ahead are of the century before. */
function fullYear(year: string): string {
  if (year.length === 4) return year;
  const now = new Date().getUTCFullYear();
  const full = now - (now % 100) + Number(year);
  return String(full > now + 50 ? full - 100 : full);
}
