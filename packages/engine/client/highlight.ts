/** Python in colours: words, strings, comments and numbers of one line. Colour is a help to the eye; nothing rests on it. */

export interface Piece {
  readonly text: string;
  readonly look: "" | "word" | "text" | "note" | "number" | "name";
}

const words = new Set(
  ("False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal "
    + "not or pass raise return try while with yield match case").split(" "),
);
const token = /("""|'''|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(#.*)|(\b\d[\w.]*)|([A-Za-z_]\w*)(?=(\s*\()?)/g;

/** Cuts a line into pieces. */
export function piecesOf(line: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of line.matchAll(token)) {
    if (match.index > at) pieces.push({ text: line.slice(at, match.index), look: "" });
    const [text, string, note, number, word, call] = match;
    const look = string !== undefined ? "text" : note !== undefined ? "note" : number !== undefined ? "number" : words.has(word) ? "word" : call !== undefined ? "name" : "";
    pieces.push({ text, look });
    at = match.index + text.length;
  }
  if (at < line.length) pieces.push({ text: line.slice(at), look: "" });
  return pieces;
}
