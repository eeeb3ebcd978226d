// Declarations as the compiler reads them. TypeScript 7 has no stable API to ask, so this is 6.
import ts from "../typescript/6/node_modules/typescript/lib/typescript.js";
import { docOf, membersOf, printed, signatureTexts } from "./read-members.mjs";

/**
 * What each file exports, in the order of its own lines: `{ name, kind, doc, code, members }` with kind "value" or "type".
 * Throws where the declarations do not compile.
 */
export function readExports(files) {
  const options = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  return new Map(
    files.map((file) => {
      const source = program.getSourceFile(file);
      if (source === undefined) throw new Error(`${file} is not there: npm run build`);
      const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
      return [file, symbols.map((symbol) => exportOf(symbol, checker))];
    }),
  );
}

function exportOf(exported, checker) {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const name = exported.name;
  const [node] = symbol.declarations ?? [];
  if (node === undefined)
    throw new Error(`${name} is exported and declared nowhere: does npm run build pass?`);
  const told = { name, doc: docOf(symbol, checker) };
  const isType = isTypeAlone(exported);
  if (ts.isFunctionDeclaration(node))
    return { ...told, kind: "value", code: symbol.declarations.map(printed).join("\n"), members: [] };
  if (ts.isClassDeclaration(node)) {
    const members = membersOf(symbol, checker).filter((each) => !isType || each.name !== "constructor");
    return { ...told, kind: isType ? "type" : "value", code: headOf(node, "class"), members };
  }
  if (ts.isVariableDeclaration(node)) return { ...told, ...constantOf(symbol, node, checker), kind: "value" };
  if (ts.isInterfaceDeclaration(node))
    return { ...told, kind: "type", code: headOf(node, "interface"), members: membersOf(symbol, checker) };
  const members = ts.isTypeLiteralNode(node.type ?? node) ? membersOf(node.type.symbol, checker) : [];
  return { ...told, kind: "type", code: printed(node), members };
}

/** `export type { IncomingRequest }`: a class that nobody is to construct. */
function isTypeAlone({ declarations }) {
  const [node] = declarations;
  return ts.isExportSpecifier(node) && (node.isTypeOnly || node.parent.parent.isTypeOnly);
}

/** A constant whose type is an interface of ours is a function with methods, or a record: its members count. */
function constantOf(symbol, node, checker) {
  const type = checker.getTypeOfSymbol(symbol);
  const own = type.symbol?.declarations?.some(
    (each) => ts.isInterfaceDeclaration(each) && each.getSourceFile() === node.getSourceFile(),
  );
  const calls = own ? type.getCallSignatures() : [];
  if (!own || (calls.length === 0 && type.getProperties().every(({ name }) => name.startsWith("~"))))
    return { code: `const ${printed(node)}`, members: [] };
  const docs = calls.map((each) => ts.displayPartsToString(each.getDocumentationComment(checker)));
  const doc = [docOf(symbol, checker) || docOf(type.symbol, checker), ...docs].filter(Boolean).join("\n\n");
  const code = calls.length === 0 ? `const ${printed(node)}` : signatureTexts(type, symbol.name);
  return { doc, code, members: membersOf(type.symbol, checker) };
}

/** A class or an interface without its members, which are told one by one. */
function headOf(node, keyword) {
  const parameters = node.typeParameters?.map(printed).join(", ");
  const heritage = (node.heritageClauses ?? [])
    .filter(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
    .map((clause) => ` ${printed(clause).trim()}`)
    .join("");
  return `${keyword} ${node.name.text}${parameters === undefined ? "" : `<${parameters}>`}${heritage} {}`;
}
