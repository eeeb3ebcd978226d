// A page for each entry point, and the page that leads there.

const SOURCE = "<!-- Written by npm run docs:reference from the docstrings: change those. -->";

export function indexPage(entries) {
  const rows = entries.map(({ name, page, purpose }) => `| [\`${name}\`](${page}) | ${purpose} |`);
  return `${SOURCE}

# Reference

Everything that can be imported, from the docstrings that an editor shows as well. How things belong together is in the
[pages by task](../README.md).

| import from | what is there |
| --- | --- |
${rows.join("\n")}
`;
}

/** All exports of an entry point: first what there is at run time, then the types. */
export function page({ name, purpose }, exported) {
  const anchors = anchorsOf(exported);
  const values = exported.filter(isValue);
  const types = exported.filter((each) => !isValue(each));
  const parts = [
    SOURCE,
    `# ${name}`,
    purpose,
    contents("Functions, classes and values", values, anchors),
    contents("Types", types, anchors),
  ];
  return `${[...parts, ...values.map(section), ...types.map(section)].filter(Boolean).join("\n\n")}\n`;
}

/** `reply` and `Reply` are one anchor for GitHub, which numbers the second. */
function anchorsOf(exported) {
  const seen = new Map();
  const inOrder = [...exported.filter(isValue), ...exported.filter((each) => !isValue(each))];
  return new Map(
    inOrder.map(({ name }) => {
      const anchor = name.toLowerCase();
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return [name, times === 0 ? anchor : `${anchor}-${times}`];
    }),
  );
}

function isValue({ kind }) {
  return kind === "value";
}

function contents(title, exported, anchors) {
  if (exported.length === 0) return "";
  const links = exported.map(({ name }) => `[${name}](#${anchors.get(name)})`);
  return `**${title}**: ${links.join(", ")}`;
}

function section({ name, code, doc, members }) {
  // The head of an interface tells nothing beyond its name, unless it takes parameters or extends another.
  const plain = code === `interface ${name} {}`;
  const shown = code.replace(/ \{\}\n?$/, "");
  const parts = [`## ${name}`, doc, plain ? "" : fenced(shown)];
  const long = members.filter(isLong);
  const short = members.filter((each) => !isLong(each));
  parts.push(short.map(line).join("\n"), ...long.map((each) => memberSection(name, each)));
  return parts.filter(Boolean).join("\n\n");
}

/** A member that needs a place of its own: something to call, or with an example. */
function isLong({ code, doc }) {
  return code.includes("\n") || doc.includes("\n\n") || code.length > 100 || /^[\w[\].]+(<.*>)?\(/.test(code);
}

function line({ code, doc }) {
  const text = doc.replaceAll("\n", " ");
  return text === "" ? `- \`${code}\`` : `- \`${code}\` - ${text}`;
}

function memberSection(owner, { name, code, doc }) {
  const title = name === "constructor" ? `new ${owner}` : `${owner}${name.startsWith("[") ? "" : "."}${name}`;
  return [`### ${title}`, doc, fenced(code)].filter(Boolean).join("\n\n");
}

function fenced(code) {
  return `\`\`\`ts\n${code}\n\`\`\``;
}
