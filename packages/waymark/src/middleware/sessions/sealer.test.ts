import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encrypting, signing } from "./sealer.ts";

const [A, B, C] = ["a", "b", "c"].map((letter) => letter.repeat(32)) as [string, string, string];

describe.each([
  ["signing", signing],
  ["encrypting", encrypting],
])("%s", (name, make) => {
  const sealer = make({ secrets: [A], purpose: "test" });

  it("gives back what was sealed, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const token = await sealer.seal(text);
        expect(token).toMatch(/^[A-Za-z0-9_.-]+$/);
        expect(await sealer.unseal(token)).toEqual({ text, isCurrent: true });
      }),
    );
  });

  it("gives nothing for a token of which any character was changed, cut or added", async () => {
    const token = await sealer.seal('{"user":"ada"}');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom("A", "B", "z", "0", "9", "-", "_", ".", "="),
        fc.constantFrom("change", "cut", "add", "end"),
        async (at, character, how) => {
          const changed = {
            change: token.slice(0, at) + character + token.slice(at + 1),
            cut: token.slice(0, at) + token.slice(at + 1),
            add: token.slice(0, at) + character + token.slice(at),
            end: token.slice(0, at),
          }[how];
          const unsealed = await sealer.unseal(changed);
          // The last character of base64url has bits that mean nothing.
          expect(unsealed === undefined || unsealed.text === '{"user":"ada"}').toBe(true);
          if (Math.abs(at - token.length) > 1 && changed !== token) expect(unsealed).toBeUndefined();
        },
      ),
      { numRuns: 400 },
    );
  });

  it("gives nothing for any other text, and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.base64String(), fc.constantFrom(".", "..", "a.", ".a", "AAAA.AAAA")),
        async (text) => {
          expect(await sealer.unseal(text)).toBeUndefined();
        },
      ),
    );
  });

  it("seals by the first secret and takes all of them", async () => {
    const old = await make({ secrets: [B], purpose: "test" }).seal("text");
    const both = make({ secrets: [A, B], purpose: "test" });
    expect(await both.unseal(old)).toEqual({ text: "text", isCurrent: false });
    expect(await sealer.unseal(await both.seal("text"))).toEqual({ text: "text", isCurrent: true });
    expect(await make({ secrets: [A, C], purpose: "test" }).unseal(old)).toBeUndefined();
  });

  it("takes nothing that was sealed for another purpose", async () => {
    expect(await make({ secrets: [A], purpose: "other" }).unseal(await sealer.seal("text"))).toBeUndefined();
    const [other] = [signing, encrypting].filter((each) => each !== make);
    expect(await other!({ secrets: [A], purpose: "test" }).unseal(await sealer.seal("text"))).toBeUndefined();
  });

  it(`${name === "signing" ? "can" : "cannot"} be read by the client`, async () => {
    const token = await sealer.seal("a text to look for");
    expect(Buffer.from(token.split(".")[0]!, "base64url").includes("a text to look for")).toBe(
      name === "signing",
    );
    expect((await sealer.seal("a text to look for")) === token).toBe(name === "signing");
  });
});
