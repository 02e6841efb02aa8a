/** A review built by hand: one small file, its instructions, obligations on them. */
import { Interner } from "../../src/base/index.ts";
import type { FileComments } from "../../src/findings/index.ts";
import { Ir, Op } from "../../src/ir/index.ts";
import type { Catalog, Detector } from "../../src/knowledge/index.ts";
import type { Obligation } from "../../src/obligations/index.ts";
import type { Program } from "../../src/program/index.ts";
import { buildReport, defaultReportOptions, type Report, type ReportOptions } from "../../src/review/index.ts";
import type { SourceFile } from "../../src/source/index.ts";

const encoder = new TextEncoder();

export function sourceFile(id: number, path: string, text: string, role: SourceFile["role"] = "product"): SourceFile {
  const bytes = encoder.encode(text);
  const starts = [0];
  bytes.forEach((byte, index) => {
    if (byte === 10) starts.push(index + 1);
  });
  return { id, path, bytes, lineStarts: Int32Array.from(starts), role };
}

/** Builds a program whose functions hold one instruction per marked piece of code. */
export class SampleProgram {
  readonly ir = new Ir(new Interner());
  readonly files: SourceFile[] = [];
  private readonly entries: Program["entries"][number][] = [];

  /** Adds a file with one function `name` around `pieces`, each a piece of the text; gives back their instructions. */
  add(given: { path: string; text: string; name: string; pieces: readonly string[]; role?: SourceFile["role"] }): number[] {
    const ir = this.ir;
    const file = sourceFile(this.files.length, given.path, given.text, given.role);
    this.files.push(file);
    const module = ir.modules.length;
    const body = this.addFunction("module", "<module>", module, file, []);
    ir.modules.push({ id: module, file: file.id, name: ir.strings.intern("m"), isPackage: false, body });
    const spans = given.pieces.map((piece) => {
      const at = given.text.indexOf(piece);
      if (at === -1) throw new Error(`no ${piece}`);
      const src = encoder.encode(given.text.slice(0, at)).length;
      return [src, src + encoder.encode(piece).length] as const;
    });
    const first = ir.length;
    if (given.name === "<module>") throw new Error("give a function");
    this.addFunction("function", given.name, module, file, spans);
    return spans.map((_span, index) => first + index);
  }

  private addFunction(
    kind: "module" | "function",
    name: string,
    module: number,
    file: SourceFile,
    spans: readonly (readonly [number, number])[],
  ): number {
    const ir = this.ir;
    const id = ir.functions.length;
    const block = ir.blocks.func.push(id);
    const firstInstr = ir.length;
    for (const [src, end] of spans) {
      ir.op.push(Op.Call);
      ir.a.push(0);
      ir.b.push(0);
      ir.c.push(0);
      ir.block.push(block);
      ir.src.push(src);
      ir.end.push(end);
    }
    const text = ir.strings.intern(name);
    ir.functions.push({
      id,
      kind,
      name: text,
      qualname: text,
      module,
      parent: -1,
      class: -1,
      params: [],
      isAsync: false,
      isGenerator: false,
      definition: -1,
      returns: -1,
      firstInstr,
      endInstr: ir.length,
      firstBlock: block,
      endBlock: block + 1,
      src: 0,
      end: file.bytes.length,
      docstring: -1,
    });
    return id;
  }

  addEntry(instr: number, path: string): void {
    const func = this.ir.functions.findIndex((each) => each.firstInstr <= instr && instr < each.endInstr);
    this.entries.push({
      kind: "http",
      function: func,
      framework: "flask",
      methods: ["GET"],
      path,
      params: [],
      returns: "",
      site: instr,
    });
  }

  program(): Program {
    const entries = this.entries;
    return {
      ir: this.ir,
      templates: [], requirements: new Map(),
      files: this.files,
      api: {
        nodeCount: 0,
        step: () => -1,
        typeNode: () => -1,
        name: () => "",
        page: () => "",
        place: () => ({ parent: -1, step: "" }),
        makers: () => [],
        facts: () => [],
        passes: () => [],
        validates: () => [],
        isNoReturn: () => false,
        entries: () => [],
        settings: () => [],
        prior: () => -1,
        parameterTypes: () => [],
      },
      tokensOf: () => [],
      targetsOf: (call) => (call === 0 ? [{ kind: "external", name: this.ir.strings.intern("lib.thing"), via: "name" }] : []),
      callersOf: () => [],
      storesOf: () => [],
      storesAreClosed: () => true,
      fieldsStoredByCalls: () => new Set<number>(),
      classOfCall: (call) => (call === 0 ? "external" : "unresolved"),
      unresolvedReason: () => "unknown-receiver",
      mroOf: () => [],
      apiBasesOf: () => [],
      subclassesOf: () => [],
      methodOf: () => -1,
      entries,
      entriesOf: (func) => entries.filter((entry) => entry.function === func),
      isReachable: () => true,
      mayMean: () => true,
      flowSteps: 0,
    isOfDecorated: () => false,
    functionsNamed: () => [],
    functionsNamedBy: () => [], generatorsOf: () => [], libraryBasesOf: () => [], ancestryOf: () => undefined,
    };
  }
}

export function detector(part: Partial<Detector> & Pick<Detector, "id" | "cwe">): Detector {
  return {
    title: part.id.replace(/-/g, " "),
    summary: "A sentence.",
    broader: [],
    severity: "high",
    aliases: [],
    yieldsTo: [],
    message: "{source} reaches {sink}",
    shown: true,
    reports: "finding",
    sections: { "Why it matters": "It does.", "What to do": "Pass values as `parameters`.\n\nMore." },
    page: "",
    ...part,
  };
}

export const sqlInjection = detector({
  id: "sql-injection",
  title: "SQL injection",
  cwe: [89],
  broader: [74, 943, 20],
  aliases: ["B608", "S608", "py/sql-injection"],
  message: "{source} becomes SQL text in {sink}",
  flow: { from: ["remote-input"], also: [], to: ["sql-text"], stoppedBy: ["number", "fixed-choice"] },
});
export const weakHash = detector({
  id: "weak-hash",
  title: "Weak hash",
  cwe: [328],
  severity: "medium",
  aliases: ["B303"],
  message: "{sink} does not resist collisions",
  call: { to: ["weak-hash"], data: [], unlessConstant: false },
});
export const askedHash = { ...weakHash, id: "hash-use", reports: "question" as const };

export const catalogOf = (...detectors: Detector[]): Catalog => ({ kinds: [], detectors, models: [], digest: "00ff00ff00ff00ff" });

export function obligation(part: Partial<Obligation> & Pick<Obligation, "site" | "verdict">): Obligation {
  return {
    detector: "sql-injection",
    subject: -1,
    sink: "sqlite3.Connection.execute",
    source: part.verdict === "violated" ? "flask.request.args" : "",
    sourceKind: part.verdict === "violated" ? "remote-input" : "",
    reasons: [],
    otherWays: [],
    steps: [],
    shown: part.verdict === "violated",
    notShown: "",
    assumptions: [],
    ...part,
  };
}

export const appText = `from flask import request

def show(db):
    name = request.args["name"]
    query = "SELECT * FROM t WHERE n = '%s'" % name
    db.execute(query)
    db.execute("SELECT 1")
    db.execute(other())
`;

export interface SampleOptions {
  readonly text?: string;
  readonly path?: string;
  readonly role?: SourceFile["role"];
  readonly name?: string;
  readonly options?: Partial<ReportOptions>;
  readonly comments?: readonly FileComments[];
  readonly hash?: boolean;
}

/** The report on {@link appText}: one finding, one proof, one open row. */
export function sampleReport(given: SampleOptions = {}): Report {
  const sample = new SampleProgram();
  const text = given.text ?? appText;
  const [source, format, sink, fixed, open] = sample.add({
    path: given.path ?? "src/app.py",
    text,
    name: given.name ?? "show",
    role: given.role ?? "product",
    pieces: ['request.args["name"]', "% name", "db.execute(query)", 'db.execute("SELECT 1")', "db.execute(other())"],
  });
  sample.addEntry(source, "/show");
  return buildReport({
    version: "0.1.0",
    project: { name: "sample", revision: "abc" },
    program: sample.program(),
    catalog: catalogOf(sqlInjection, weakHash, askedHash),
    obligations: [
      obligation({
        site: sink,
        subject: format,
        verdict: "violated",
        reasons: [{ code: "source-reaches-sink", text: "request text reaches the query", at: sink }],
        steps: [
          { kind: "source", instr: source, why: "flask.request.args is remote input" },
          { kind: "format", instr: format, why: "the value becomes part of the text" },
          { kind: "sink", instr: sink, why: "argument 0 is SQL text" },
        ],
      }),
      obligation({ site: fixed, verdict: "proven", reasons: [{ code: "const", text: "the text is a constant", at: fixed }] }),
      obligation({ site: open, verdict: "open", reasons: [{ code: "unmodelled", text: "no model of other", at: -1 }] }),
      ...(given.hash === true ? [obligation({ detector: "hash-use", site: fixed, verdict: "violated", sourceKind: "", source: "" })] : []),
    ],
    problems: [],
    comments: given.comments ?? [],
    options: { ...defaultReportOptions, ...given.options },
  });
}

/** All comments of a Python text that holds no `#` in strings. */
export function commentsOf(text: string, file = 0): FileComments {
  const comments = [...text.matchAll(/#.*/g)].map((match) => ({
    offset: encoder.encode(text.slice(0, match.index)).length,
    text: match[0],
  }));
  return { file, comments };
}
