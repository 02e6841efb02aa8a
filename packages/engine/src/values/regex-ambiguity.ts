/**
 * Whether a backtracking matcher can need exponential time for a regular expression.
 *
 * The expression becomes a position automaton (Glushkov): one state per character, an edge for each way in which one
 * character can follow another. It is exponentially ambiguous if some state lies on two different loops that read the
 * same text (Weber and Seidl, "On the degree of ambiguity of finite automata"): then n repetitions can be split in
 * 2^n ways, and all are tried when what follows does not match.
 *
 * ```text
 * (\w+\s?)+$      \w follows \w by the inner loop and by the outer one: exponential
 * \w+(\s\w+)*$    \w follows \w in one way only
 * ```
 */

const positionsMax = 160;
const repeatsUnrolledMax = 6;

/** Holds if matching can take exponential time and then fail. `anchored` says that the whole text must match. */
export function isExponential(pattern: string, options: { readonly anchored: boolean; readonly verbose: boolean }): boolean {
  const text = options.verbose ? stripVerbose(pattern) : pattern;
  const builder = new Builder(text);
  const root = builder.parse();
  if (!root || builder.classes.length > positionsMax) return false;
  return hasAmbiguousLoop(builder, root, options.anchored || builder.hasEndAnchor);
}

function stripVerbose(pattern: string): string {
  return pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|#.*|\s+/g, (part) => (part.startsWith("\\") || part.startsWith("[") ? part : ""));
}

/** What a part of the expression can begin and end with. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly nullable: boolean;
}

type CharacterSet = Uint8Array; // 128 ASCII characters and one for all others

const emptyPart: Part = { first: [], last: [], nullable: true };

/** Parses an expression into positions and follow edges. Multiple edges between two positions are kept. */
class Builder {
  readonly classes: CharacterSet[] = [];
  /** follow[p] lists the positions that can come after p, one entry for each way. */
  readonly follow: number[][] = [];
  hasEndAnchor = false;
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  parse(): Part | undefined {
    const root = this.alternatives(0);
    return root && this.at === this.text.length ? root : undefined;
  }

  private alternatives(depth: number): Part | undefined {
    if (depth > 24) return undefined;
    let out = this.sequence(depth);
    while (out && this.text[this.at] === "|") {
      this.at++;
      const next = this.sequence(depth);
      if (!next) return undefined;
      out = { first: [...out.first, ...next.first], last: [...out.last, ...next.last], nullable: out.nullable || next.nullable };
    }
    return out;
  }

  private sequence(depth: number): Part | undefined {
    let out = emptyPart;
    while (this.at < this.text.length && this.text[this.at] !== "|" && this.text[this.at] !== ")") {
      const next = this.repeated(depth);
      if (!next || this.classes.length > positionsMax) return undefined;
      out = this.concatenate(out, next);
    }
    return out;
  }

  private concatenate(left: Part, right: Part): Part {
    this.link(left.last, right.first);
    return {
      first: left.nullable ? [...left.first, ...right.first] : left.first,
      last: right.nullable ? [...right.last, ...left.last] : right.last,
      nullable: left.nullable && right.nullable,
    };
  }

  private link(from: readonly number[], to: readonly number[]): void {
    for (const p of from) for (const q of to) this.follow[p].push(q);
  }

  private repeated(depth: number): Part | undefined {
    const start = this.at;
    let part = this.atom(depth);
    if (!part) return undefined;
    const match = /^(?:([*+?])|\{(\d*)(,?)(\d*)\})[?+]?/.exec(this.text.slice(this.at, this.at + 20));
    if (!match || (match[1] === undefined && match[2] === "" && match[4] === "")) return part;
    const end = this.at;
    const least = match[1] === "+" ? 1 : match[1] !== undefined ? 0 : Number(match[2] || "0");
    const most = match[1] === "?" ? 1 : match[1] !== undefined ? Infinity
      : match[3] === "" ? least : match[4] === "" ? Infinity : Number(match[4]);
    const after = this.at + match[0].length;
    if (most === Infinity || most > repeatsUnrolledMax) {
      this.link(part.last, part.first);
      part = { ...part, nullable: part.nullable || least === 0 };
    } else {
      let copies = least === 0 ? { ...part, nullable: true } : part;
      for (let i = 1; i < most; i++) {
        this.at = start;
        const copy = this.atom(depth);
        if (!copy || this.at !== end || this.classes.length > positionsMax) return undefined;
        copies = this.concatenate(copies, i < least ? copy : { ...copy, nullable: true });
      }
      part = most === 0 ? emptyPart : copies;
    }
    this.at = after;
    return part;
  }

  private atom(depth: number): Part | undefined {
    const c = this.text[this.at];
    if (c === "(") return this.group(depth);
    if (c === "^") {
      this.at++;
      return emptyPart;
    }
    if (c === "$") {
      this.at++;
      this.hasEndAnchor = true;
      return emptyPart;
    }
    if (c === "[") return this.bracket();
    if (c === ".") {
      this.at++;
      return this.position(setOf((code) => code !== 10));
    }
    if (c === "\\") return this.escape();
    if (c === "*" || c === "+" || c === "?") return undefined;
    this.at++;
    return this.position(charSet(c));
  }

  private position(set: CharacterSet): Part {
    const id = this.classes.length;
    this.classes.push(set);
    this.follow.push([]);
    return { first: [id], last: [id], nullable: false };
  }

  private group(depth: number): Part | undefined {
    this.at++;
    const plain = /^\?(?:P<\w+>|:|>)/.exec(this.text.slice(this.at, this.at + 80));
    const look = /^\?<?[=!]/.exec(this.text.slice(this.at, this.at + 4));
    const flags = /^\?[aiLmsux]+\)/.exec(this.text.slice(this.at, this.at + 12));
    if (flags) {
      this.at += flags[0].length;
      return emptyPart;
    }
    if (plain) this.at += plain[0].length;
    else if (look) this.at += look[0].length;
    else if (this.text[this.at] === "?") return undefined;
    const inner = this.alternatives(depth + 1);
    if (!inner || this.text[this.at] !== ")") return undefined;
    this.at++;
    return look ? emptyPart : inner;
  }

  private escape(): Part | undefined {
    const c = this.text[this.at + 1];
    if (c === undefined || /[1-9gpk]/.test(c)) return undefined;
    this.at += 2;
    if (/[AbBG]/.test(c)) return emptyPart;
    if (c === "Z" || c === "z") {
      this.hasEndAnchor = true;
      return emptyPart;
    }
    return this.position(escapeSet(c));
  }

  private bracket(): Part | undefined {
    this.at++;
    const negated = this.text[this.at] === "^";
    if (negated) this.at++;
    const set = new Uint8Array(129);
    let isFirst = true;
    while (this.at < this.text.length && (this.text[this.at] !== "]" || isFirst)) {
      isFirst = false;
      const low = this.member(set);
      if (low < 0 || this.text[this.at] !== "-" || this.text[this.at + 1] === "]") continue;
      this.at++;
      const high = this.member(set);
      for (let code = low; code <= Math.min(high, 127); code++) set[code] = 1;
      if (high > 127) set[128] = 1;
    }
    if (this.text[this.at] !== "]") return undefined;
    this.at++;
    return this.position(negated ? set.map((v) => 1 - v) : set);
  }

  private member(set: CharacterSet): number {
    if (this.at >= this.text.length) return -1;
    let c = this.text[this.at++];
    if (c === "\\") {
      c = this.text[this.at++] ?? "\\";
      const known = escapeSet(c);
      for (let i = 0; i < 129; i++) if (known[i]) set[i] = 1;
      return /[dDwWsS]/.test(c) ? -1 : known.indexOf(1);
    }
    const code = Math.min(c.charCodeAt(0), 128);
    set[code] = 1;
    return code;
  }
}

function setOf(holds: (code: number) => boolean): CharacterSet {
  const set = new Uint8Array(129);
  for (let code = 0; code < 129; code++) if (holds(code)) set[code] = 1;
  return set;
}

const charSet = (c: string): CharacterSet => setOf((code) => code === Math.min(c.charCodeAt(0), 128));
const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", a: "\x07", 0: "\0" };

function escapeSet(c: string): CharacterSet {
  const lower = c.toLowerCase();
  const test = lower === "d" ? /[0-9]/ : lower === "w" ? /[A-Za-z0-9_]/ : lower === "s" ? /\s/ : undefined;
  if (!test) return charSet(controls[c] ?? c);
  const isNegated = c !== lower;
  return setOf((code) => (code === 128 ? lower === "w" || isNegated : test.test(String.fromCharCode(code)) !== isNegated));
}

function intersects(a: CharacterSet, b: CharacterSet): boolean {
  for (let i = 0; i < 129; i++) if (a[i] && b[i]) return true;
  return false;
}

/** Looks for a loop that can be run through in two ways, from which the match can still fail. */
function hasAmbiguousLoop(nfa: Builder, root: Part, mustEnd: boolean): boolean {
  const component = components(nfa.follow);
  const accepting = new Set(root.last);
  for (let p = 0; p < nfa.follow.length; p++) {
    if (!isAmbiguousAt(nfa, p, component)) continue;
    // Where the loop may simply stop with success, nothing is ever tried again.
    if (mustEnd || !loopAccepts(component, component[p], accepting)) return true;
  }
  return false;
}

function loopAccepts(component: readonly number[], wanted: number, accepting: ReadonlySet<number>): boolean {
  for (const p of accepting) if (component[p] === wanted) return true;
  return false;
}

/** Walks the product of the automaton with itself from (p, p) and back, over a pair of two different states or edges. */
function isAmbiguousAt(nfa: Builder, p: number, component: readonly number[]): boolean {
  const n = nfa.follow.length;
  const inside = (q: number): boolean => component[q] === component[p];
  const start = p * n + p;
  // Bit 1: reached without parting; bit 2: reached after the two ways have parted.
  const seen = new Uint8Array(n * n);
  const stack: number[] = [start * 2];
  seen[start] = 1;
  while (stack.length > 0) {
    const item = stack.pop()!;
    const parted = (item & 1) === 1;
    const pair = item >> 1;
    const a = Math.floor(pair / n);
    const b = pair % n;
    for (let i = 0; i < nfa.follow[a].length; i++) {
      const x = nfa.follow[a][i];
      if (!inside(x)) continue;
      for (let j = 0; j < nfa.follow[b].length; j++) {
        const y = nfa.follow[b][j];
        if (!inside(y) || !intersects(nfa.classes[x], nfa.classes[y])) continue;
        const nowParted = parted || x !== y || (a === b && i !== j);
        const next = x * n + y;
        if (nowParted && next === start) return true;
        const bit = nowParted ? 2 : 1;
        if (seen[next] & bit) continue;
        seen[next] |= bit;
        stack.push(next * 2 + (nowParted ? 1 : 0));
      }
    }
  }
  return false;
}

/** Strongly connected components (Tarjan), iterative; states on no loop get a component of their own. */
function components(follow: readonly (readonly number[])[]): number[] {
  const n = follow.length;
  const index = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const onStack = new Uint8Array(n);
  const out = new Array<number>(n).fill(-1);
  const stack: number[] = [];
  let counter = 0;
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (index[root] >= 0) continue;
    const work: [number, number][] = [[root, 0]];
    while (work.length > 0) {
      const top = work[work.length - 1];
      const [v, i] = top;
      if (i === 0) {
        index[v] = low[v] = counter++;
        stack.push(v);
        onStack[v] = 1;
      }
      if (i < follow[v].length) {
        top[1]++;
        const w = follow[v][i];
        if (index[w] < 0) work.push([w, 0]);
        else if (onStack[w]) low[v] = Math.min(low[v], index[w]);
        continue;
      }
      if (low[v] === index[v]) {
        let w: number;
        do {
          w = stack.pop()!;
          onStack[w] = 0;
          out[w] = count;
        } while (w !== v);
        count++;
      }
      work.pop();
      if (work.length > 0) {
        const parent = work[work.length - 1][0];
        low[parent] = Math.min(low[parent], low[v]);
      }
    }
  }
  return out;
}
