import { dependency } from "waymark";
import type { NewProduct, Product } from "./product.ts";

/** Products in memory. A database would stand here, opened before the first request and closed after the last. */
export class Store {
  readonly #products = new Map<string, Product>();
  #next = 1;

  add(product: NewProduct): Product {
    const added = { ...product, id: String(this.#next++) };
    this.#products.set(added.id, added);
    return added;
  }
  get(id: string): Product | undefined {
    return this.#products.get(id);
  }
  list(): Product[] {
    return [...this.#products.values()];
  }
  replace(id: string, product: NewProduct): Product | undefined {
    if (!this.#products.has(id)) return undefined;
    const replaced = { ...product, id };
    this.#products.set(id, replaced);
    return replaced;
  }
  remove(id: string): boolean {
    return this.#products.delete(id);
  }
  clear(): void {
    this.#products.clear();
  }
}

/** Once per application: what stands before `yield` runs at the start, what stands after it at the end. */
export const store = dependency({ scope: "app" }, function* store() {
  const opened = new Store();
  opened.add({ name: "Compass", price: 24.5, tags: ["navigation"] });
  opened.add({ name: "Lantern", price: 18, tags: ["light", "camp"] });
  opened.add({ name: "Map of the coast", price: 9.9, tags: ["navigation", "paper"] });
  yield opened;
  opened.clear();
});
