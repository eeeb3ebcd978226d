/** A fenced code block of a Markdown page. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** What follows the language on the fence's line: `ts no-run`. */
  readonly flags: readonly string[];
}

/** The fenced code blocks of a page, in order. */
export function blocks(markdown: string): Block[] {
  const found: Block[] = [];
  let open: { flags: string[]; line: number; text: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (!line.startsWith("```")) open?.text.push(line);
    else if (open === undefined)
      open = { flags: line.slice(3).trim().split(/\s+/), line: index + 1, text: [] };
    else {
      const [language = "", ...flags] = open.flags;
      found.push({ language, flags, line: open.line, text: `${open.text.join("\n")}\n` });
      open = undefined;
    }
  }
  return found;
}

/** A `curl` of a console block and what it prints. */
export interface Question {
  readonly command: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  /** With `-i` or `-I`: status line and fields count, those that the page names. */
  readonly head: boolean;
  readonly answer: string;
  /** A file after "#" behind the command: the application that is asked. */
  readonly of: string | undefined;
}

/** The curl commands of a console block. Fails for a command that this reader would misread. */
export function questions(text: string): Question[] {
  return text
    .split(/^\$ /m)
    .filter((part) => part.startsWith("curl "))
    .map((part) => {
      const [first = "", ...answer] = part.split("\n");
      const [command = "", of] = first.split(/ +# /);
      const words = Array.from(
        command.matchAll(/'([^']*)'|(\S+)/g),
        ([, quoted, bare]) => quoted ?? bare ?? "",
      );
      return { command, of, answer: answer.join("\n").trim(), ...request(words.slice(1), command) };
    });
}

function request(words: string[], command: string): Omit<Question, "command" | "of" | "answer"> {
  const headers: Record<string, string> = {};
  let method: string | undefined;
  let body: string | undefined;
  let path: string | undefined;
  let head = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "-s" || word === "-si" || word === "-i" || word === "-sI" || word === "-I") {
      head ||= /i/i.test(word);
      if (word.includes("I")) method = "HEAD";
    } else if (word === "-H") {
      const [name = "", value = ""] = (words[(index += 1)] ?? "").split(/: (.*)/);
      headers[name] = value;
    } else if (word === "-X") method = words[(index += 1)];
    else if (word === "--json") {
      body = words[(index += 1)];
      headers["content-type"] ??= "application/json";
      headers["accept"] ??= "application/json";
    } else if (word === "-d") {
      const field = words[(index += 1)];
      body = body === undefined ? field : `${body}&${field}`;
      headers["content-type"] ??= "application/x-www-form-urlencoded";
    } else if (word === "-F") {
      body = (body ?? "").replace(END, "") + part(words[(index += 1)] ?? "") + END;
      headers["content-type"] ??= `multipart/form-data; boundary=${BOUNDARY}`;
    } else if (word.startsWith("127.0.0.1:8000")) path = word.slice("127.0.0.1:8000".length) || "/";
    else throw new Error(`${command}: what is ${word}?`);
  }
  if (path === undefined) throw new Error(`${command}: no address`);
  return { method: method ?? (body === undefined ? "GET" : "POST"), path, headers, body, head };
}

const BOUNDARY = "------------------------curl";
const END = `--${BOUNDARY}--\r\n`;

/** A part of a form as `-F` has it: `name=value;type=text/plain;filename=a.txt`. */
function part(said: string): string {
  const [field = "", ...options] = said.split(/;(?=(?:type|filename)=)/);
  const [, name, value] = /^(\w+)=([^]*)$/.exec(field) ?? [];
  if (name === undefined || value === undefined || /^[@<]/.test(value))
    throw new Error(`what is -F ${said}?`);
  const option = (wanted: string): string | undefined =>
    options.find((each) => each.startsWith(`${wanted}=`))?.slice(wanted.length + 1);
  const [fileName, type] = [option("filename"), option("type")];
  return [
    `--${BOUNDARY}`,
    `Content-Disposition: form-data; name="${name}"${fileName === undefined ? "" : `; filename="${fileName}"`}`,
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    "",
    `${value}\r\n`,
  ].join("\r\n");
}
