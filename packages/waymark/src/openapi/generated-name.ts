/** Names that libraries make up for definitions, which are neither stable nor anyone's choice. */
const GENERATED: Readonly<Record<string, RegExp>> = {
  zod: /^__schema\d+$/,
  arktype: /^[A-Za-z]+\d+$/,
  valibot: /^\d+$/,
};

export function isGeneratedName(vendor: string, name: string): boolean {
  return Object.hasOwn(GENERATED, vendor) && GENERATED[vendor]!.test(name);
}
