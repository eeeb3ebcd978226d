/** A schema that no value can be made up for. */
export class Ungenerable extends Error {
  override readonly name = "Ungenerable";
}
