/**
 * JSON as text, in pieces: the rows of a large review are never one text in memory.
 */
import { invisible } from "./escape.ts";

/** Items of a long list that make one piece. */
const pieceItemsMax = 256;
/** How deep long lists are looked for: `runs[0].results` of a log is the deepest. */
const listDepthMax = 3;

/**
 * Returns JSON in which no control, direction or other invisible character stands raw. Parsing gives the same value
 * back: characters are escaped, not replaced.
 */
export const jsonText = (value: unknown): string => [...jsonPieces(value)].join("");

/** The same text in pieces of bounded size. */
export function* jsonPieces(value: unknown): Generator<string> {
  for (const piece of piecesOf(value ?? null, 0)) yield escaped(piece);
}

/** The text of a value that stands inside `depth` objects or lists. */
function* piecesOf(value: unknown, depth: number): Generator<string> {
  if (depth > listDepthMax || typeof value !== "object" || value === null) yield nested(value, depth);
  else if (!Array.isArray(value)) yield* piecesOfObject(value, depth);
  else if (value.length > pieceItemsMax) {
    for (let from = 0; from < value.length; from += pieceItemsMax) {
      const text = nested(value.slice(from, from + pieceItemsMax), depth);
      yield `${from === 0 ? "[" : ","}${text.slice(1, -2 - depth * indent.length)}`;
    }
    yield `\n${indent.repeat(depth)}]`;
  } else if (value.length === 1) {
    yield `[\n${indent.repeat(depth + 1)}`;
    yield* piecesOf(value[0] ?? null, depth + 1);
    yield `\n${indent.repeat(depth)}]`;
  } else yield nested(value, depth);
}

function* piecesOfObject(value: object, depth: number): Generator<string> {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  let before = "{";
  for (const [key, item] of entries) {
    yield `${before}\n${indent.repeat(depth + 1)}${JSON.stringify(key)}: `;
    yield* piecesOf(item, depth + 1);
    before = ",";
  }
  yield entries.length === 0 ? "{}" : `\n${indent.repeat(depth)}}`;
}

const indent = "  ";

/** The text of a value as it stands inside `depth` others: lists are put around it, and their text is taken off again. */
function nested(value: unknown, depth: number): string {
  let whole = value;
  let before = 0;
  let after = 0;
  for (let level = 0; level < depth; level++) {
    whole = [whole];
    before += 2 + (level + 1) * indent.length;
    after += 2 + level * indent.length;
  }
  const text = JSON.stringify(whole, undefined, indent.length);
  return text.slice(before, text.length - after);
}

const unusual = /[^\n\x20-\x7e]/;

function escaped(text: string): string {
  if (!unusual.test(text)) return text;
  return text.replace(invisible, (char) => {
    // Line breaks between tokens come from the indentation: inside strings JSON has escaped them already.
    if (char === "\n") return char;
    let out = "";
    for (let i = 0; i < char.length; i++) out += `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`;
    return out;
  });
}
