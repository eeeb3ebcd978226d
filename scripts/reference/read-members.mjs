// Members of classes and interfaces, and how declarations are written for people.
import ts from "../typescript/6/node_modules/typescript/lib/typescript.js";

const printer = ts.createPrinter({ removeComments: true });

/** A declaration without comments, `export` and `declare`. */
export function printed(node) {
  return printer
    .printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
    .replace(/^(export |declare |default )+/, "");
}

/** The docstring, with what it says of parameters. */
export function docOf(symbol, checker) {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const parameters = symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === "param")
    .map(({ text: parts }) => `- \`${ts.displayPartsToString(parts).replace(/^(\S+)\s*-?\s*/, "$1`: ")}`);
  return [text, parameters.join("\n")].filter(Boolean).join("\n\n");
}

/** `function name(…): …;` for each way to call it. */
export function signatureTexts(type, name) {
  return type
    .getCallSignatures()
    .map(({ declaration }) => `function ${name}${printed(declaration)}`)
    .join("\n");
}

/**
 * What a class or an interface has for people: `{ name, code, doc }`. Names with a "~" are the machine's, and those of
 * another exported class or interface are told there.
 */
export function membersOf(symbol, checker) {
  const declared = checker.getDeclaredTypeOfSymbol(symbol);
  const own = symbol.declarations.flatMap((each) => each.members ?? []);
  const ownNames = new Set(own.map(({ name }) => name?.getText()));
  const constructors = own.filter(ts.isConstructorDeclaration).filter(isPublic);
  const statics = own.filter(
    (each) => isStatic(each) && isPublic(each) && !isHidden(each.name?.getText() ?? ""),
  );
  const properties = declared
    .getProperties()
    .filter((each) => each.declarations?.every((node) => isPublic(node) && isOurs(node)))
    .filter((each) => !isHidden(each.name))
    .filter((each) => ownNames.has(each.declarations[0].name?.getText()) || !isOfClass(each));
  return [
    ...constructors.map((node) => member("constructor", [node], checker)),
    ...statics.map((node) => member(node.name.getText(), [node], checker)),
    ...properties.map((each) => member(nameOf(each), each.declarations, checker, each)),
  ];
}

function member(name, nodes, checker, symbol) {
  const accessor = nodes.every((node) => ts.isAccessor(node));
  const code = (accessor ? nodes.slice(0, 1) : nodes).map(memberText).join(";\n");
  const docs = symbol === undefined ? nodes.map(docOfNode) : [docOf(symbol, checker)];
  return { name, code, doc: docs.filter(Boolean).join("\n\n") };
}

/** To read and to write is a property, whatever it is made of; so is a constant. */
function memberText(node) {
  return printed(node)
    .replace(/^(public |readonly )+/, "")
    .replace(/^get (\w+)\(\)/, "$1")
    .replace(/^(\w+) = /, "$1: ")
    .replace(/;$/, "");
}

function docOfNode(node) {
  return ts
    .getJSDocCommentsAndTags(node)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "")
    .join("\n\n");
}

function nameOf(symbol) {
  return symbol.declarations[0].name?.getText() ?? symbol.name;
}

function isHidden(name) {
  return /^["']?[~#]/.test(name);
}

function isPublic(node) {
  const flags = ts.getCombinedModifierFlags(node);
  return (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

function isStatic(node) {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
}

/** Not one that `Error` or another class of the language has. */
function isOurs(node) {
  return !/[\\/]node_modules[\\/]/.test(node.getSourceFile().fileName);
}

/** A member that a class has from another: a reader finds it there. */
function isOfClass(symbol) {
  return symbol.declarations.some(({ parent }) => ts.isClassDeclaration(parent));
}
