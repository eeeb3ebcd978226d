import type { FileMarker, PartsMarker, WireMarker } from "../inputs/marker.ts";
import { groupMembers, type GroupSource } from "../routing/group-members.ts";
import { objectGroup } from "../schema/object-group.ts";

/** One field or file that a route reads of its form. */
export interface FormRead {
  /** The wire name on this route. */
  readonly name: string;
  readonly marker: WireMarker | FileMarker;
  /** The group that it is a property of. */
  readonly of: GroupSource | undefined;
}

/** What a route reads of a form. */
export class FormReads {
  readonly forms: FormRead[] = [];
  readonly groups: GroupSource[] = [];
  readonly parts: PartsMarker[] = [];
  /** A group refuses every field that nobody reads. */
  closed = false;

  /** Whether the route reads a form at all. */
  get isRead(): boolean {
    return this.forms.length + this.groups.length + this.parts.length > 0;
  }

  add(name: string, marker: WireMarker | FileMarker): void {
    this.forms.push({ name, marker, of: undefined });
  }

  addGroup(source: GroupSource): void {
    this.groups.push(source);
    this.closed ||= objectGroup(source.marker.schema).closed;
    for (const { name, marker } of groupMembers(source)) this.forms.push({ name, marker, of: source });
  }
}
