/**
 * Parsers that are told, call by call, which arguments there are and of which type.
 *
 * ```text
 * parser = reqparse.RequestParser()
 * parser.add_argument("count", type=int)
 * parser.add_argument("size", choices=("s", "l"))
 * parser.parse_args()["count"]     a number; ["size"] one of two texts
 * ```
 */
import { callArg, callArgCount, callCallee, callKeyword, Op } from "../ir/index.ts";
import type { Solver } from "./solver.ts";

const declares = "add_argument";

/** The declarations of all parsers of a program, by the value that makes the parser. */
export class DeclaredArguments {
  private readonly solver: Solver;
  private calls: Map<number, number[]> | undefined;

  constructor(solver: Solver) {
    this.solver = solver;
  }

  /** Guard kinds of what a parser gives under a name. */
  guards(parser: number, name: string): readonly string[] {
    this.calls ??= this.collect();
    let common: readonly string[] | undefined;
    for (const call of this.calls.get(this.origin(parser)) ?? []) {
      if (!this.names(call).includes(name)) continue;
      const guards = this.guardsOf(call);
      common = common ? common.filter((kind) => guards.includes(kind)) : guards;
    }
    return common ?? [];
  }

  private collect(): Map<number, number[]> {
    const { ir } = this.solver;
    const out = new Map<number, number[]>();
    const name = ir.strings.find(declares);
    if (name === undefined || name < 0) return out;
    for (const row of ir.rowsOf(Op.Call)) {
      const callee = callCallee(ir, row);
      if (ir.op.data[callee] !== Op.GetAttr || ir.b.data[callee] !== name) continue;
      const origin = this.origin(ir.a.data[callee]!);
      const list = out.get(origin);
      if (list) list.push(row);
      else out.set(origin, [row]);
    }
    return out;
  }

  /** The value that a parser was made as, through a name that is stored once. */
  private origin(value: number): number {
    const { ir, program } = this.solver;
    const root = this.solver.rootOf(value);
    const op = ir.op.data[root]! as Op;
    if (op !== Op.Global && op !== Op.Import && op !== Op.Cell && op !== Op.GetAttr) return root;
    const stores = program.storesOf(root);
    return stores.length === 1 ? this.solver.rootOf(stores[0]!) : root;
  }

  /** `name` of `add_argument("-n", "--name")`; `dest` wins. */
  private names(call: number): readonly string[] {
    const dest = this.keyword(call, "dest");
    const rows = dest >= 0 ? [dest] : Array.from({ length: callArgCount(this.solver.ir, call) }, (_, i) => callArg(this.solver.ir, call, i));
    return rows.map((row) => this.text(row).replace(/^-+/, "").replaceAll("-", "_"));
  }

  private guardsOf(call: number): readonly string[] {
    const { solver } = this;
    const out = this.keyword(call, "choices") >= 0 ? ["fixed-choice"] : [];
    const type = this.keyword(call, "type");
    for (const node of type < 0 ? [] : solver.apiNodes(type)) {
      const result = solver.api.step(node, "()");
      if (result >= 0) for (const fact of solver.api.facts(result)) if (fact.port.type === "object" && !fact.when) out.push(fact.kind);
    }
    return out;
  }

  private keyword(call: number, word: string): number {
    const { ir } = this.solver;
    const id = ir.strings.find(word);
    return id === undefined || id < 0 ? -1 : callKeyword(ir, call, id);
  }

  private text(row: number): string {
    const { ir } = this.solver;
    const constant = ir.op.data[row] === Op.Const ? ir.constants[ir.a.data[row]!] : undefined;
    return constant?.type === "str" ? constant.value : "";
  }
}
