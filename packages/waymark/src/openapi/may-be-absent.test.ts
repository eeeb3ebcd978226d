import { describe, expect, it } from "vitest";
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { form, query } from "../inputs/index.ts";
import { emitDocument } from "./emit-document.fixture.ts";

const Page = z.object({ size: z.int().default(5), sort: z.string().optional() });
const Range = z.object({ from: z.int(), to: z.int().optional() });

describe("objects under names of their own", () => {
  it("may be left out where the library takes an empty one", () => {
    const input = {
      page: query(Page, { style: "deepObject" }),
      flat: query(z.object({ a: z.string().optional() }), { style: "form" }),
      range: query(Range, { style: "deepObject" }),
      pairs: query(Page, { style: "form", explode: false }),
    };
    const { paths } = emitDocument((router) =>
      router.get(
        "/",
        endpoint({ input, name: "read" }, () => 1),
      ),
    );
    const required = paths["/"]!.get!.parameters!.flatMap((each) =>
      each.required === true ? each.name : [],
    );
    expect(required).toEqual(["range", "pairs"]);
  });

  it("are no required fields of a form then", () => {
    const input = { page: form(Page, { style: "deepObject" }), range: form(Range, { style: "deepObject" }) };
    const { paths } = emitDocument((router) =>
      router.post(
        "/",
        endpoint({ input, name: "send" }, () => 1),
      ),
    );
    const { content } = paths["/"]!.post!.requestBody!;
    expect(content["multipart/form-data"]!.schema!.required).toEqual(["range"]);
  });
});
