// What every server says: the answers, the data behind them and the work that one request takes. Each server adds only its
// framework around these, so that frameworks are compared and not the programs in them.

/** W1 */
export const HELLO = { hello: "world" };

/** W2: what `GET /items/{id}?limit=10&q=abc` answers. */
export function item(id, limit, q) {
  return { id, limit, q, name: `Item ${id}`, active: true };
}

/** W3: what a store would add to a posted order. `internal` is not in the reply's schema: where there is one it never leaves. */
export function stored(order) {
  return { ...order, internal: "not for clients" };
}

const line = (number) => ({
  sku: `sku-${100 + number}`,
  title: `Line ${number} of it`,
  quantity: number + 1,
  price: 9.5,
});

/** W3: 1,004 bytes as JSON, nested, with an array of ten. */
export const ORDER = {
  customer: {
    id: 4711,
    name: "Ada Lovelace",
    email: "ada@example.org",
    address: { street: "12 St James's Square", city: "London", country: "GB" },
  },
  currency: "EUR",
  express: true,
  note: "Please ring twice, and leave it with the neighbours when nobody is in: they know about all of this. Thanks, and have a good day in the office :)",
  lines: Array.from({ length: 10 }, (_, number) => line(number)),
};

/** W7: the pieces of the stream. */
export const PIECE_COUNT = 1000;
export const PIECE = "0123456789abcde\n";
export async function* pieces() {
  for (let i = 0; i < PIECE_COUNT; i++) yield PIECE;
}

/** W8 */
export const DOWNLOAD = Buffer.alloc(1_000_000, "0123456789");

/** W5: paths `/section-{n}/items/{id}`; W6: paths `/alias-{n}/{id}`, all of one function. */
export const SECTIONS = 500;
export const ALIASES = 100;
export const numbers = (count) => Array.from({ length: count }, (_, number) => number);

// -- W4: what ten dependencies do; three of them are asynchronous, as a cache or a pool that has it at hand ------------
const SETTINGS = { currency: "EUR", pageSize: 20 };
const SESSION = { userId: 7 };
const USER = { id: 7, name: "Ada", roles: ["editor", "reader"] };
const FLAGS = { beta: true };
const DATABASE = {
  session: async () => SESSION,
  user: async () => USER,
  flags: async () => FLAGS,
};
export const work = {
  settings: () => SETTINGS,
  requestId: (header) => header ?? "none",
  locale: (header) => (header?.startsWith("de") === true ? "de" : "en"),
  database: () => DATABASE,
  session: (database, token) => database.session(token),
  user: (database, session) => database.user(session.userId),
  flags: (database) => database.flags(),
  permissions: (user) => user.roles.length,
  page: (settings, offset) => ({ offset, size: settings.pageSize }),
  audit: (requestId, user) => `${requestId}:${user.id}`,
};
/** W4: what `GET /dashboard?offset=5` answers. */
export function dashboard({ user, permissions, flags, locale, page, audit }) {
  return {
    name: user.name,
    permissions,
    beta: flags.beta,
    locale,
    offset: page.offset,
    size: page.size,
    audit,
  };
}
/** W4 written by hand: what a careful author does where the framework has no dependencies. */
export async function dashboardByHand(header, offset) {
  const settings = work.settings();
  const requestId = work.requestId(header("x-request-id"));
  const locale = work.locale(header("accept-language"));
  const database = work.database();
  const [user, flags] = await Promise.all([
    work.session(database, header("x-token")).then((session) => work.user(database, session)),
    work.flags(database),
  ]);
  const permissions = work.permissions(user);
  const page = work.page(settings, offset);
  return dashboard({ user, permissions, flags, locale, page, audit: work.audit(requestId, user) });
}

/** Port and route set that the runner passes: "main" has W1-W4 and W7-W9, "sections" W5, "aliases" W6. */
export const port = Number(process.argv[2]);
export const set = process.argv.at(3) ?? "main";
export const host = "127.0.0.1";
