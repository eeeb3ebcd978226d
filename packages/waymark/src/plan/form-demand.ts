import type { FormDemand } from "../http/form.ts";
import type { Source } from "../routing/route.ts";

/** What all inputs of a route want of its form, gathered while the route is laid out. */
export class FormDemands implements FormDemand {
  readonly fields: Set<string> = new Set();
  readonly files: Map<string, { readonly maxSize: number; readonly count: number }> = new Map();

  addField(name: string): void {
    this.fields.add(name);
  }

  /** Inputs that read the same files each look at them for themselves: what is kept has to do for all of them. */
  addFile({ name, marker }: Extract<Source, { from: "file" }>): void {
    const { maxSize = Number.POSITIVE_INFINITY } = marker.options;
    const count = marker.count?.max ?? 1;
    const known = this.files.get(name);
    this.files.set(name, {
      maxSize: Math.max(maxSize, known?.maxSize ?? 0),
      count: Math.max(count, known?.count ?? 0),
    });
  }
}
