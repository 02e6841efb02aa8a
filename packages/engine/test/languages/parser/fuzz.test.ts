/** Whatever comes in, a tree comes out: within bounds, the same each time, with every byte accounted for. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Interner } from "../../../src/base/index.ts";
import { ModuleParser } from "../../../src/languages/python/parse.ts";
import { parse } from "./parsing.ts";

const PIECES = [
  "(", ")", "[", "]", "{", "}", ":", ",", ";", "=", ":=", "*", "**", "->", "@", ".", "...", "-", "not ", " in ", " is ",
  " if ", " else ", "elif ", "for ", "while ", "with ", " as ", "def f", "class C", "async ", "await ", "yield ", "lambda ",
  "return ", "raise ", "import ", "from ", "try:\n", "except ", "finally:\n", "match x:\n", " case ", "type X ", "print ",
  "exec ", "f'", "f\"{", "t'{", "'", "\"", "'''", "\"\"\"", "\\", "\\\n", "\n", "\r", "\r\n", "\t", "\f", "    ", "  ", "#",
  "`", "<>", "0777", "10L", "1e", "0x", "1_", "ur''", "{{", "}}", "!r", "a", "b", "x", "_", "é", "\ufeff", "\0", "?", "$",
  "None", "True", "1", "2.5", "'s'", "b'x'", "del ", "global ", "assert ", "|", "/", "//=", "+=",
];

const source = fc.array(fc.constantFrom(...PIECES), { maxLength: 120 }).map((pieces) => pieces.join(""));

function checkTree(text: string): void {
  const { ast, print } = parse(text);
  const size = new TextEncoder().encode(text).length;
  for (let row = 0; row < ast.kind.length; row++) {
    const start = ast.start.data[row];
    const end = ast.end.data[row];
    if (start < 0 || start > end || end > size) throw new Error(`row ${row}: ${start}..${end} of ${size}`);
  }
  for (const error of ast.errors) {
    if (error.start < 0 || error.start > error.end || error.end > size) throw new Error(`${error.start}..${error.end}`);
  }
  print(true);
}

test("any sequence of pieces of Python gives a tree with spans inside the file", () => {
  fc.assert(fc.property(source, checkTree), { numRuns: 3000, seed: 20261121 });
});

test("any bytes give a tree", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      parse(bytes).print(true);
    }),
    { numRuns: 1000, seed: 20261121 },
  );
});

test("a line of its own after a broken piece without brackets and quotes is kept", () => {
  const plain = PIECES.filter((piece) => !/[([{'"\\`}]/.test(piece) && !/[:\n\r]/.test(piece) && piece !== "@" && piece !== "#");
  const broken = fc.array(fc.constantFrom(...plain), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join("").trim());
  fc.assert(
    fc.property(broken, (text) => {
      expect(parse(`${text}\nlast = 1\n`).print()).toContain('Name id="last" ctx=Store');
    }),
    { numRuns: 1000, seed: 20261121 },
  );
});

test("a parser that read other files before gives the same tree", () => {
  const used = new ModuleParser(new Interner());
  fc.assert(
    fc.property(source, (text) => {
      const bytes = new TextEncoder().encode(text);
      const again = used.parse(bytes);
      const fresh = parse(text).ast;
      expect(again.kind.length).toBe(fresh.kind.length);
      expect(again.errors).toEqual(fresh.errors);
      expect(again.python2At).toBe(fresh.python2At);
      expect([...again.start.data]).toEqual([...fresh.start.data]);
    }),
    { numRuns: 500, seed: 20261121 },
  );
});

test("a returned tree is not touched by the next parse", () => {
  const parser = new ModuleParser(new Interner());
  const first = parser.parse(new TextEncoder().encode("x = f(1, 'a')  # c\n"));
  const before = [...first.kind.data, ...first.a.data, ...first.lists.words.data, ...first.comments];
  parser.parse(new TextEncoder().encode("class C:\n  def g(self): return [1, 2, 3]  # d\n"));
  expect([...first.kind.data, ...first.a.data, ...first.lists.words.data, ...first.comments]).toEqual(before);
});

test("comments are listed with their spans", () => {
  const text = "a # one\n# two\nf( # three\n)\n'# no'\n";
  const { ast } = parse(text);
  const comments: string[] = [];
  for (let i = 0; i < ast.comments.length; i += 2) comments.push(text.slice(ast.comments[i], ast.comments[i + 1]));
  expect(comments).toEqual(["# one", "# two", "# three"]);
});
