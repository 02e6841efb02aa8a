/**
 * Code that is weak whoever calls it, told apart from code that does what its caller asks for.
 *
 * ```text
 * def kind(path): os.popen("file -b " + path)              weak: the caller names a file, the program makes a command of it
 * def run(command): os.system(command)                     the caller means that command
 * def unpack(path): tarfile.open(path).extractall(dir)     weak: who names an archive does not say where its members go
 * def read(text): lxml.etree.fromstring(text)              weak: who hands over a document does not know what it refers to
 * def fetch(url): subprocess.run(["git", "clone", url])    weak: the caller names a repository, not an option of the program
 * ```
 */
import { BinOp, BuildKind, callArg, callArgCount, callCallee, constantOf, type Ir, Op } from "../ir/index.ts";
import type { Detector } from "../knowledge/index.ts";
import { calledName, type Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { rootOf } from "./roots.ts";

/** Most steps for which a reader sees what the caller passes and what becomes of it. */
const stepsMax = 12;
const partsMax = 24;

/** Holds if a finding rests on a source that is shown only for code that is weak whoever calls it. */
export function isCallersOwn(row: Obligation, detector: Detector): boolean {
  const { flow } = detector;
  return flow !== undefined && row.sourceKind !== "" && !flow.from.includes(row.sourceKind) && (flow.whoever ?? []).includes(row.sourceKind);
}

/** Holds if the code makes something of the value that whoever passes it need not expect. */
export function isWeakWhoeverCalls(row: Obligation, context: CheckContext): boolean {
  const { ir } = context.program;
  const to = context.detector.flow?.to ?? [];
  if (row.steps.length > stepsMax || isNumber(ir, row)) return false;
  if (to.includes("shell-command")) return row.steps.some(({ instr }) => programWord.test(beginningOf(ir, instr, 0)));
  if (to.includes("program-argument")) return isRepositoryCommand(ir, row.site);
  const isMixed = row.steps.some(({ kind, instr }) => kind === "format" || kind === "concat" || beginningOf(ir, instr, 0) !== "");
  if (isMixed) return false;
  return !to.includes("xml-parse") || documentReaders.test(calledName(context.solver, row.site));
}

/** A program and a space: what comes after it are its arguments. */
export const programWord = /^\s*[\w./\\-]*\w\s/;

/** Readers of a document, not of a file that the caller names. */
const documentReaders = /^(?:fromstring|fromstringlist|XML|feed)$/;

const numberName = /^(?:n|num|number|count|size|pid|port|timeout|width|height|depth|level|index|limit|retries|seconds|delay|interval|signal|sig|uid|gid|signum)$|(?:_|^)(?:num|count|size|pid|port|timeout|seconds)$/i;

/** Holds for a parameter that is a number by its name. */
function isNumber(ir: Ir, row: Obligation): boolean {
  const [source] = row.steps;
  if (source === undefined || ir.op.data[source.instr] !== Op.Param) return false;
  return isNumberName(ir.strings.text(ir.b.data[source.instr]));
}

export const isNumberName = (name: string): boolean => numberName.test(name);

/** The literal text that a value which is put together here begins with, or "". */
export function beginningOf(ir: Ir, value: number, depth: number): string {
  const at = rootOf(ir, value);
  if (at < 0 || depth > partsMax) return "";
  switch (ir.op.data[at] as Op) {
    case Op.Bin: {
      const operation = ir.a.data[at] & 31;
      return operation === BinOp.Add || operation === BinOp.Mod ? textOrBeginning(ir, ir.b.data[at], depth + 1) : "";
    }
    case Op.Fmt: return ir.lists.length(ir.a.data[at]) > 0 ? textOrBeginning(ir, ir.lists.at(ir.a.data[at], 0), depth + 1) : "";
    case Op.Call: {
      const callee = callCallee(ir, at);
      if (ir.op.data[callee] !== Op.GetAttr) return "";
      const name = ir.strings.text(ir.b.data[callee]);
      if (name === "format") return textOrBeginning(ir, ir.a.data[callee], depth + 1);
      return name === "join" && callArgCount(ir, at) === 1 ? joinedBeginning(ir, callArg(ir, at, 0), ir.a.data[callee]) : "";
    }
    default: return "";
  }
}

function textOrBeginning(ir: Ir, value: number, depth: number): string {
  const constant = constantOf(ir, rootOf(ir, value));
  return constant?.type === "str" ? constant.value : constant === undefined ? beginningOf(ir, value, depth) : "";
}

/** `" ".join(["git", "clone", url])` begins with its first item. */
function joinedBeginning(ir: Ir, items: number, separator: number): string {
  const display = rootOf(ir, items);
  const [first] = displayItems(ir, display);
  const text = first === undefined ? undefined : constantOf(ir, first);
  const between = constantOf(ir, rootOf(ir, separator));
  return text?.type === "str" && between?.type === "str" ? text.value + between.value : "";
}

export function displayItems(ir: Ir, display: number): readonly number[] {
  if (display < 0 || ir.op.data[display] !== Op.Build) return [];
  if (ir.a.data[display] !== BuildKind.List && ir.a.data[display] !== BuildKind.Tuple) return [];
  return ir.lists.toArray(ir.b.data[display]);
}

const repositoryPrograms = /(?:^|[\\/])(?:git|hg|svn|bzr)(?:\.exe)?$/;
const repositoryActions = /^(?:clone|fetch|pull|push|ls-remote|checkout|switch|archive|submodule|export|co|update)$/;

/** Holds if the command that is started is one of a version control system that takes addresses and names. */
function isRepositoryCommand(ir: Ir, site: number): boolean {
  if (ir.op.data[site] !== Op.Call || callArgCount(ir, site) === 0) return false;
  const words = displayItems(ir, rootOf(ir, callArg(ir, site, 0))).slice(0, partsMax).map((item) => {
    const constant = constantOf(ir, item);
    return constant?.type === "str" ? constant.value : "";
  });
  return words.length > 1 && repositoryPrograms.test(words[0]) && words.slice(1).some((word) => repositoryActions.test(word));
}
