/**
 * Switches that are read as text and asked for their truth: `False`, `no` and `0` turn them on as well.
 *
 * ```text
 * def filter_factory(global_conf, **local_conf): ...       what paste.deploy passes is text
 * insecure = conf.get("insecure", False)
 * if insecure: verify = False                              insecure = False in the file: not checked
 * ```
 */
import { callArgCount, callCallee, functionOf, Op } from "../ir/index.ts";
import type { CheckContext } from "./context.ts";
import { rootOf } from "./roots.ts";

const configuration = /^_?(?:conf|config|local_conf|local_config|filter_config)$/;
const factories = /(?:^|_)(?:filter|app|composite|server)_factory$/;
const globals = /^(?:global_conf|global_config|_?global_conf)$/;

/** Holds if a condition is the truth of a text of the configuration. */
export function isTextSwitch(context: CheckContext, condition: number): boolean {
  const { program } = context;
  const { ir } = program;
  let v = rootOf(ir, condition);
  if (ir.op.data[v] === Op.Not) v = rootOf(ir, ir.a.data[v]);
  if (ir.op.data[v] !== Op.Call || callArgCount(ir, v) === 0) return false;
  const callee = callCallee(ir, v);
  if (ir.op.data[callee] !== Op.GetAttr || ir.strings.text(ir.b.data[callee]) !== "get") return false;
  if (program.targetsOf(v).some((target) => target.kind === "api" && /ConfigParser/.test(program.api.name(target.node)))) return true;
  const holder = rootOf(ir, ir.a.data[callee]);
  const op = ir.op.data[holder] as Op;
  const name = op === Op.Param || op === Op.GetAttr ? ir.strings.text(ir.b.data[holder]) : "";
  return configuration.test(name) && isDeployed(context, functionOf(ir, v).module);
}

/** Holds if a module offers a factory to paste.deploy, which passes texts only. */
function isDeployed({ program: { ir } }: CheckContext, module: number): boolean {
  return ir.functions.some((fn) => fn.module === module && factories.test(ir.strings.text(fn.name)) && fn.params.length > 0 && globals.test(ir.strings.text(fn.params[0].name)));
}
