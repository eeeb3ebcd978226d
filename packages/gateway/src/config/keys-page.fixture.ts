import type { JsonSchema } from "../snapshot.ts";
import { FORMATS } from "./formats.ts";

type Json = Readonly<Record<string, unknown>>;

const HEAD = `<!-- Written by vitest -u packages/gateway/src/config from the JSON Schema: change config-schema.ts, or a policy's options. -->

# Every key

What may stand in [gateway.yaml](configuration.md), and of policies in \`x-waymark\` as well. \`NAME\` is a name of yours, \`[]\` an
entry of a list; "=" is the default. Editors show the same by the JSON Schema.
`;

/** docs/gateway/keys.md. */
export function keysPage(schema: JsonSchema): string {
  const { services, policies, aliases, consumers, securitySchemes, ...gateway } = propertiesOf(schema);
  const sections: readonly (readonly [string, unknown])[] = [
    ["The gateway", { type: "object", properties: gateway }],
    ["services.NAME", (services as Json)["additionalProperties"]],
    ["policies[]", (policies as Json)["items"]],
    ["aliases[]", (aliases as Json)["items"]],
    ["consumers.NAME", (consumers as Json)["additionalProperties"]],
    ["securitySchemes.NAME", (securitySchemes as Json)["additionalProperties"]],
  ];
  const shown = new Set<string>();
  const texts = sections.map(
    ([name, each]) => `## ${name}\n\n${keys(propertiesOf(each), "", shown).join("\n")}\n`,
  );
  return [HEAD, ...texts].join("\n");
}

/** @param shown objects that stand further up already: of those the key alone is written. */
function keys(properties: Json, indent: string, shown: Set<string>): string[] {
  return Object.entries(properties)
    .filter(([key]) => key !== "$schema")
    .flatMap(([key, given]) => {
      const schema = given as Json;
      const [list, inner] = innerOf(schema);
      const text = key + JSON.stringify(inner);
      const isKnown = inner !== undefined && shown.has(text);
      if (inner !== undefined) shown.add(text);
      const said = [told(schema), descriptionOf(schema)].filter((part) => part !== "").join("; ");
      const parts = [`${indent}- \`${key}${list}\`:`, said, isKnown ? "(as above)" : ""];
      const line = parts.filter((part) => part !== "").join(" ");
      const below = inner === undefined || isKnown ? [] : keys(inner, `${indent}  `, shown);
      return [line.replace(/:$/, ""), ...below];
    });
}

function propertiesOf(schema: unknown): Json {
  return ((schema as Json)["properties"] ?? {}) as Json;
}

/** What stands below a key: of an object, of one of several forms, of the entries of a list. */
function innerOf(schema: Json): readonly [list: string, inner: Json | undefined] {
  const forms = [schema, ...((schema["anyOf"] ?? []) as readonly Json[])];
  const object = forms.find(({ properties }) => properties !== undefined);
  if (object !== undefined) return ["", propertiesOf(object)];
  const list = forms.find(({ items }) => items !== undefined);
  if (list === undefined) return ["", undefined];
  const [, inner] = innerOf(list["items"] as Json);
  return ["[]", inner];
}

/** What its value may be, where that says more than the description does. */
function told(schema: Json): string {
  const forms = [schema, ...((schema["anyOf"] ?? []) as readonly Json[])];
  const values = forms.flatMap((form) => (form["enum"] ?? []) as readonly unknown[]);
  const fixed = forms.flatMap((form) => ("const" in form ? [form["const"]] : []));
  const words = forms.flatMap(({ format }) => FORMATS.get(String(format))?.words ?? []);
  const isFlag = forms.some(({ type }) => type === "boolean");
  const byDefault = schema["default"];
  return [
    [...values, ...fixed].map((value) => `\`${String(value)}\``).join(", "),
    isFlag ? "`true` or `false`" : "",
    "description" in schema ? "" : [...new Set(words)].map(textOf).join(" or "),
    byDefault === undefined
      ? ""
      : `= \`${typeof byDefault === "string" ? byDefault : JSON.stringify(byDefault)}\``,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function descriptionOf(schema: Json): string {
  const forms = [schema, ...((schema["anyOf"] ?? []) as readonly Json[])];
  return textOf(
    forms.find(({ description, format }) => description !== undefined && !format)?.["description"] ??
      schema["description"],
  );
}

/** Nothing of it is markup but what stands between backticks. */
function textOf(text: unknown): string {
  return (typeof text === "string" ? text : "")
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 0 ? part.replace(/[*_<>[\]]/g, "\\$&") : part))
    .join("")
    .trim();
}
