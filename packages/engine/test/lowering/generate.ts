/**
 * Small programs made from a seed: what each prints tells the order in which its parts ran and what they saw. They end: loops go
 * over short lists, and functions call only those before them.
 */

/** A generator of numbers that needs no more than to be repeatable. */
function numbers(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

const names = ["a", "b", "c", "d"];
const errors = ["ValueError", "KeyError", "IndexError", "TypeError", "ZeroDivisionError"];
const caught = [...errors, "LookupError", "(ValueError, TypeError)", "Exception", "ArithmeticError"];

/** What every program begins with: a call that tells that it ran, and a context manager that tells of both ends. */
const prelude = `def t(tag, value):
    print(tag, value)
    return value
class M:
    def __init__(self, tag):
        self.tag = tag
    def __enter__(self):
        print("enter", self.tag)
        return self.tag
    def __exit__(self, kind, value, trace):
        print("exit", self.tag, kind is not None and kind.__name__)
class Box:
    shared = 0
    def __init__(self, first):
        self.first = first
        self.items = [first]
    def add(self, x):
        self.items.append(x)
        self.first = self.first + 1
        return self
    @property
    def size(self):
        return len(self.items)
`;

interface Place {
  readonly inLoop: boolean;
  readonly inFunction: boolean;
  readonly inHandler: boolean;
}

class Writer {
  private readonly next: (below: number) => number;
  private readonly lines: string[] = [];
  private tags = 0;
  private functions = 0;
  private budget: number;

  constructor(seed: number) {
    this.next = numbers(seed);
    this.budget = 6 + this.next(16);
  }

  program(): string {
    this.line(0, `a, b, c, d = ${this.next(4)}, ${this.next(4)}, [${this.next(3)}, 2], "x${this.next(3)}"`);
    const top: Place = { inLoop: false, inFunction: false, inHandler: false };
    // What ends one part by an exception does not end the program.
    while (this.budget > 0) {
      if (this.next(4) === 0) this.define(3);
      this.line(0, "try:");
      this.statement(1, 3, top);
      this.line(0, "except Exception as error:");
      this.line(1, "print(type(error).__name__)");
    }
    this.line(0, "print(a, b, c, d)");
    return `${prelude}${this.lines.join("\n")}\n`;
  }

  private line(depth: number, text: string): void { this.lines.push("    ".repeat(depth) + text); }
  private pick<T>(items: readonly T[]): T { return items[this.next(items.length)]!; }
  private tag(): string { return `"t${this.tags++}"`; }
  private block(depth: number, left: number, place: Place): void {
    for (let i = 0, n = this.budget > 0 ? 1 + this.next(3) : 1; i < n; i++) this.statement(depth, left, place);
  }

  // ---- expressions

  private expression(depth = 0): string {
    if (depth > 2 || this.next(4) === 0) return this.pick([...names, ...names, "0", "1", "2", '"x"', '""', "None", "True", "[]"]);
    const e = (): string => this.expression(depth + 1);
    switch (this.next(20)) {
      case 0: case 1: return `t(${this.tag()}, ${e()})`;
      case 2: return `(${e()} ${this.pick(["and", "or"])} ${e()})`;
      case 3: return `(${e()} if ${e()} else ${e()})`;
      case 4: return `(not ${e()})`;
      case 5: return `(${e()} == ${e()} != ${e()})`;
      case 6: return `(${this.number()} < ${this.number()} <= ${this.number()})`;
      case 7: return `[${e()}, *(${e()}, ${e()})]`;
      case 8: return `{"k": ${e()}, "m": ${e()}}["${this.pick(["k", "m"])}"]`;
      case 9: return `f"{${this.pick(names)}}-{t('f${this.tags++}', ${this.next(9)}):>3}|"`;
      case 10: return `[t(${this.tag()}, v) for v in [0, 1, 2] if ${this.pick(["v", "v != 1", "not v", "a == v"])}]`;
      case 11: return `(${this.pick(names)} := ${e()})`;
      case 12: return `(lambda p, q=${this.number()}: (q, p))(${e()})`;
      case 13: return `[${e()}, ${e()}, ${e()}][${this.pick(["0", "1", "-1", "5"])}]`;
      case 14: return `Box(${this.number()}).add(${e()}).items`;
      case 15: return `("%s:%s" % (${e()}, ${this.number()}))`;
      case 16: return `{v: ${this.pick(names)} for v in range(${this.next(3)})}`;
      case 17: return `(${e()} in [${e()}, ${e()}])`;
      default: return this.functions > 0 ? `f${this.next(this.functions)}(${this.arguments()})` : this.number();
    }
  }

  private number(): string {
    return this.pick(["0", "1", "2", "3", `t(${this.tag()}, ${this.next(4)})`, `(${this.next(4)} ${this.pick(["+", "-", "*", "//", "%"])} ${this.next(4)})`, "len([1, 2])"]);
  }

  private arguments(): string {
    return this.pick([
      `${this.expression(2)}`, `${this.expression(2)}, ${this.expression(2)}`, `y=${this.expression(2)}, x=${this.expression(2)}`,
      `*[${this.expression(2)}, ${this.expression(2)}, 7]`, `${this.expression(2)}, z=${this.expression(2)}`, `**{"x": ${this.expression(2)}}`,
    ]);
  }

  // ---- statements

  private statement(depth: number, left: number, place: Place): void {
    this.budget--;
    const choice = left <= 0 || this.budget < -8 ? this.next(9) : this.next(24);
    switch (choice) {
      case 0: case 1: case 2: this.line(depth, `${this.pick(names)} = ${this.expression()}`); return;
      case 3: this.line(depth, `print(${this.tag()}, ${this.pick(names)})`); return;
      case 4: this.line(depth, `${this.pick(names)}, ${this.pick(["*", ""])}${this.pick(names)} = ${this.expression()}, ${this.expression()}`); return;
      case 5: this.line(depth, this.pick([`a ${this.pick(["+", "-", "*"])}= ${this.number()}`, `c += [${this.expression(1)}]`, `c = [${this.expression(1)}]`])); return;
      case 6: this.leaving(depth, place); return;
      case 7: this.line(depth, `t(${this.tag()}, ${this.expression()})`); return;
      case 8: this.line(depth, this.pick(["c[0] = ", "c[-1] = "]) + this.expression()); return;
      case 9: case 10: case 11: this.condition(depth, left, place); return;
      case 12: case 13: this.loop(depth, left, place); return;
      case 14: case 15: case 16: case 17: this.tried(depth, left, place); return;
      case 18:
        this.line(depth, `with M(${this.tag()})${this.pick(["", " as b", `, M(${this.tag()}) as d`])}:`);
        this.block(depth + 1, left - 1, place);
        return;
      case 19: this.matched(depth, left, place); return;
      case 20: case 21: case 22: this.line(depth, `for ${this.pick(names)} in ${this.pick(["gen(2)", "gen(3)"])}:`); this.block(depth + 1, left - 1, { ...place, inLoop: true }); this.needsGenerator = true; return;
      default: this.closure(depth); return;
    }
  }

  needsGenerator = false;

  private leaving(depth: number, place: Place): void {
    const ways = [`raise ${this.pick(errors)}(${this.tag()})`, "pass"];
    if (place.inLoop) ways.push("break", "continue", "break", "continue");
    if (place.inFunction) ways.push(`return ${this.expression(1)}`, `return ${this.expression(1)}`);
    if (place.inHandler) ways.push("raise");
    this.line(depth, `if ${this.expression(1)}:`);
    this.line(depth + 1, this.pick(ways));
  }

  private condition(depth: number, left: number, place: Place): void {
    this.line(depth, `if ${this.expression()}:`);
    this.block(depth + 1, left - 1, place);
    if (this.next(3) === 0) {
      this.line(depth, `elif ${this.expression()}:`);
      this.block(depth + 1, left - 1, place);
    }
    if (this.next(2) === 0) {
      this.line(depth, "else:");
      this.block(depth + 1, left - 1, place);
    }
  }

  private loop(depth: number, left: number, place: Place): void {
    const inner = { ...place, inLoop: true };
    if (this.next(3) === 0) {
      const counter = `n${depth}_${this.tags++}`;
      this.line(depth, `${counter} = 0`);
      this.line(depth, `while ${counter} < ${1 + this.next(3)}${this.pick(["", ` and t(${this.tag()}, ${this.pick(names)}) != 2`])}:`);
      this.line(depth + 1, `${counter} += 1`);
    } else this.line(depth, `for ${this.pick([...names, "a, b", "(a, *d)"])} in [(0, 1), (${this.expression(2)}, 2), (3, ${this.expression(2)})]:`);
    this.block(depth + 1, left - 1, inner);
    if (this.next(2) === 0) {
      this.line(depth, "else:");
      this.block(depth + 1, left - 1, place);
    }
  }

  private tried(depth: number, left: number, place: Place): void {
    this.line(depth, "try:");
    this.block(depth + 1, left - 1, place);
    const handlers = this.next(3);
    for (let i = 0; i < handlers; i++) {
      const name = this.next(2) === 0 ? ` as e${this.tags}` : "";
      this.line(depth, `except ${this.pick(caught)}${name}:`);
      this.line(depth + 1, name === "" ? `print(${this.tag()})` : `print(${this.tag()}, type(${name.slice(4)}).__name__)`);
      this.block(depth + 1, left - 2, { ...place, inHandler: true });
    }
    if (handlers > 0 && this.next(3) === 0) {
      this.line(depth, "else:");
      this.block(depth + 1, left - 1, place);
    }
    if (handlers === 0 || this.next(2) === 0) {
      this.line(depth, "finally:");
      this.line(depth + 1, `print(${this.tag()}, ${this.pick(names)})`);
      this.block(depth + 1, left - 2, { ...place, inHandler: false });
    }
  }

  private matched(depth: number, left: number, place: Place): void {
    this.line(depth, `match ${this.expression()}:`);
    const cases = ["0 | 1", '"x"', "None", "[a, b]", "[a, *d]", '{"k": b}', "Box(first=a)", "[]", "int() as b", "True"];
    for (let i = 0, n = 1 + this.next(3); i < n; i++) {
      this.line(depth + 1, `case ${this.pick(cases)}${this.next(3) === 0 ? ` if ${this.expression(1)}` : ""}:`);
      this.block(depth + 2, left - 2, place);
    }
    if (this.next(2) === 0) {
      this.line(depth + 1, "case _:");
      this.block(depth + 2, left - 2, place);
    }
  }

  private define(left: number): void {
    this.line(0, this.pick(["def", "def", "@(lambda f: f)\ndef"]) + ` f${this.functions}(x, y=${this.number()}, *rest, z=${this.number()}):`);
    if (this.next(2) === 0) this.line(1, `global ${this.pick(names)}`);
    for (const name of names) if (!this.lines.at(-1)!.includes(`global ${name}`)) this.line(1, `${name} = ${this.pick(["x", "y", "rest", "z", "1"])}`);
    this.block(1, left - 1, { inLoop: false, inFunction: true, inHandler: false });
    this.line(1, `return ${this.expression()}`);
    this.functions++;
  }

  private closure(depth: number): void {
    const [name, held] = [`g${this.tags++}`, `h${this.tags++}`];
    this.line(depth, `def ${name}(p):`);
    this.line(depth + 1, `${held} = p`);
    this.line(depth + 1, "def inner(q):");
    this.line(depth + 2, `nonlocal ${held}`);
    this.line(depth + 2, `${held} = (${held}, q)`);
    this.line(depth + 2, `return ${held}`);
    this.line(depth + 1, `inner(${this.expression(1).replace(/\w+ := /g, "")})`);
    this.line(depth + 1, `return inner(${held})`);
    this.line(depth, `t(${this.tag()}, ${name}(${this.expression(1)}))`);
  }
}

const generator = `def gen(n):
    for i in range(n):
        got = yield i
        print("gen", i, got)
    print("gen ends")
`;

export function generate(seed: number): string {
  const writer = new Writer(seed);
  const text = writer.program();
  return writer.needsGenerator ? generator + text : text;
}
