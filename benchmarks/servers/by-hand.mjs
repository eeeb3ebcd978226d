// Validation written by hand, for the servers without a framework: node:http, and Bun.serve.
import { item, stored } from "./contract.mjs";

export const badRequest = (what) => ({ status: 422, text: JSON.stringify({ detail: `not valid: ${what}` }) });
export const notFound = { status: 404, text: '{"detail":"Not Found"}' };

const INTEGER = /^-?\d{1,15}$/;

/** W2 */
export function answerItem(idText, search) {
  if (!INTEGER.test(idText)) return badRequest("id");
  let limit = 10;
  let q;
  if (search !== "")
    for (const pair of search.split("&")) {
      const equals = pair.indexOf("=");
      const value = decodeURIComponent(pair.slice(equals + 1));
      if (pair.startsWith("limit=")) {
        if (!INTEGER.test(value)) return badRequest("limit");
        limit = Number(value);
        if (limit < 1 || limit > 100) return badRequest("limit");
      } else if (pair.startsWith("q=")) q = value;
    }
  return { status: 200, text: JSON.stringify(item(Number(idText), limit, q)) };
}

const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isString = (value) => typeof value === "string";

function isCustomer(customer) {
  if (!isRecord(customer) || !isRecord(customer.address)) return false;
  const { street, city, country } = customer.address;
  return (
    Number.isSafeInteger(customer.id) &&
    isString(customer.name) &&
    customer.name.length > 0 &&
    isString(customer.email) &&
    isString(street) &&
    isString(city) &&
    isString(country) &&
    country.length === 2
  );
}

function isLine(line) {
  if (!isRecord(line)) return false;
  const { sku, title, quantity, price } = line;
  return (
    isString(sku) &&
    sku.length > 0 &&
    isString(title) &&
    Number.isSafeInteger(quantity) &&
    quantity >= 1 &&
    typeof price === "number" &&
    price >= 0
  );
}

function isOrder(order) {
  return (
    isRecord(order) &&
    isCustomer(order.customer) &&
    isString(order.currency) &&
    order.currency.length === 3 &&
    typeof order.express === "boolean" &&
    (order.note === undefined || isString(order.note)) &&
    Array.isArray(order.lines) &&
    order.lines.length >= 1 &&
    order.lines.length <= 100 &&
    order.lines.every(isLine)
  );
}

/** The declared keys, and nothing else. */
function published({ customer, currency, express, note, lines }) {
  const { street, city, country } = customer.address;
  return {
    customer: {
      id: customer.id,
      name: customer.name,
      email: customer.email,
      address: { street, city, country },
    },
    currency,
    express,
    note,
    lines: lines.map(({ sku, title, quantity, price }) => ({ sku, title, quantity, price })),
  };
}

/** W3 */
export function answerOrder(text) {
  let order;
  try {
    order = JSON.parse(text);
  } catch {
    return badRequest("JSON");
  }
  if (!isOrder(order)) return badRequest("body");
  return { status: 200, text: JSON.stringify(published(stored(order))) };
}
