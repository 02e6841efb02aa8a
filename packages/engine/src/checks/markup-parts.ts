/**
 * What a text of markup is put together from: the values between its tags, and the places where they are put in.
 *
 * The way back is the shape of the expression only: sums, formats, joins, lists that are filled, results of project
 * functions. Calls that change a text are not passed, so whatever escapes ends the way without being known.
 */
import {
  BinOp, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, callCallee, functionOf, type Ir, Op,
} from "../ir/index.ts";
import { calledName } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

/** A value that becomes part of markup. */
export interface MarkupPart {
  /** Where it is put in. */
  readonly site: number;
  readonly value: number;
  /**
   * `tags`: between the tags that a literal writes; `whole`: the text itself is the markup; `json`: data written as JSON;
   * `source`: text of a notation that lets tags through (Markdown).
   */
  readonly role: "tags" | "whole" | "json" | "source";
}

const valuesMax = 600;
const callsMax = 3;
const returnsMax = 12;

/** A tag, or the beginning or end of one: prose with `<` in it does not count. */
const tag = /<\/?[a-z][a-z0-9]*(?:[\s>/]|$)|\/>|"\s*>/i;

/** Lists what goes into a value that is handed out as markup at `site`. */
export function markupParts(context: CheckContext, value: number, site: number): readonly MarkupPart[] {
  return new PartFinder(context).find(value, site);
}

interface Place {
  readonly value: number;
  readonly site: number;
  readonly inTags: boolean;
  readonly calls: number;
}

class PartFinder {
  private readonly context: CheckContext;
  private readonly ir: Ir;
  private readonly seen = new Set<string>();
  private readonly queue: Place[] = [];
  private readonly parts: MarkupPart[] = [];

  constructor(context: CheckContext) {
    this.context = context;
    this.ir = context.program.ir;
  }

  find(value: number, site: number): readonly MarkupPart[] {
    this.push({ value, site, inTags: false, calls: 0 });
    for (let next = this.queue.shift(); next !== undefined && this.seen.size < valuesMax; next = this.queue.shift()) this.visit(next);
    return this.parts;
  }

  private push(place: Place): void {
    const key = `${place.value},${place.inTags},${place.inTags ? place.site : ""}`;
    if (place.value < 0 || this.seen.has(key)) return;
    this.seen.add(key);
    this.queue.push(place);
  }

  private pushAll(values: readonly number[], place: Place): void {
    for (const value of values) this.push({ ...place, value });
  }

  private visit(place: Place): void {
    const { ir } = this;
    const { value } = place;
    switch (ir.op.data[value] as Op) {
      case Op.Const: case Op.Func: case Op.Class: case Op.Undef: case Op.Cmp: case Op.Not: case Op.Len: return;
      case Op.Sigma: case Op.Star: case Op.Iter: case Op.Await: this.push({ ...place, value: ir.a.data[value] }); return;
      case Op.Next: this.pushAll([ir.a.data[value]], place); return;
      case Op.Phi: this.pushAll(ir.lists.toArray(ir.a.data[value]), place); return;
      case Op.Content: this.content(place); return;
      case Op.Bin: this.sum(place); return;
      case Op.Fmt: this.pushInto(place, joinedBy(this.context, value) ?? []); return;
      case Op.Build: this.pushAll(ir.lists.toArray(ir.b.data[value]), place); return;
      case Op.Call: this.call(place); return;
      case Op.Global: case Op.Import: case Op.Cell: this.stored(place); return;
      default: this.part(place);
    }
  }

  private part(place: Place): void {
    this.parts.push({ site: place.site, value: place.value, role: place.inTags ? "tags" : "whole" });
  }

  /** Goes on to the values that a text is made of; if a literal among them writes a tag, they stand between tags. */
  private pushInto(place: Place, operands: readonly number[]): void {
    const writesTag = operands.some((operand) => tag.test(this.context.text(operand) ?? ""));
    this.pushAll(operands, writesTag ? { ...place, inTags: true, site: place.value } : place);
  }

  private content(place: Place): void {
    const { ir } = this;
    const effect = ir.b.data[place.value];
    this.push({ ...place, value: ir.a.data[place.value] });
    const op = ir.op.data[effect] as Op;
    if (op === Op.Append) this.push({ ...place, value: ir.b.data[effect] });
    else if (op === Op.SetItem) this.push({ ...place, value: ir.c.data[effect] });
    else if (op === Op.Call && /^(?:append|extend|insert|add|write|appendleft)$/.test(calledName(this.context.solver, effect))) {
      this.pushAll(Array.from({ length: callArgCount(ir, effect) }, (_, i) => callArg(ir, effect, i)), place);
    }
  }

  /** `a + b` and `format % values`. */
  private sum(place: Place): void {
    const { ir } = this;
    if ((ir.a.data[place.value] & 31) === BinOp.Mod && this.isMarkupObject(ir.b.data[place.value])) return;
    const operands = joinedBy(this.context, place.value);
    if (operands) this.pushInto(place, operands);
  }

  /** A format that is markup already escapes what is put into it. */
  private isMarkupObject(value: number): boolean {
    const { ir } = this;
    return ir.op.data[value] === Op.Call && /^(?:Markup|literal|HTML|SafeString|SafeText)$/.test(calledName(this.context.solver, value));
  }

  private stored(place: Place): void {
    const stores = this.context.program.storesOf(place.value);
    if (stores.length === 1) this.push({ ...place, value: stores[0] });
    else if (this.ir.op.data[place.value] === Op.Cell) this.part(place);
  }

  private call(place: Place): void {
    const { ir, context } = this;
    const call = place.value;
    const name = calledName(context.solver, call);
    const callee = callCallee(ir, call);
    const receiver = ir.op.data[callee] === Op.GetAttr ? ir.a.data[callee] : -1;
    const args = Array.from({ length: callArgCount(ir, call) }, (_, i) => callArg(ir, call, i));
    const operands = joinedBy(context, call);
    if (operands) this.pushInto(place, operands);
    else if (name === "join" && receiver >= 0 && args.length === 1) this.pushInto(place, [receiver, args[0]]);
    else if (/^(?:strip|lstrip|rstrip|encode|decode)$/.test(name) && receiver >= 0) this.push({ ...place, value: receiver });
    else if (keepsText.test(name) && args.length > 0) this.push({ ...place, value: args[0] });
    else if (isCallOf(context, call, jsonWriters) && args.length > 0) this.parts.push({ site: place.inTags ? place.site : call, value: args[0], role: "json" });
    else if (isCallOf(context, call, notations) && args.length > 0) {
      if (!isRestricted(ir, call)) this.parts.push({ site: call, value: args[0], role: "source" });
    }
    else this.projectCall(place);
  }

  private projectCall(place: Place): void {
    const { ir, context } = this;
    const targets = context.program.targetsOf(place.value).filter((target) => target.kind === "project");
    if (targets.length === 0) this.part(place);
    if (place.calls >= callsMax || targets.length > returnsMax) return;
    for (const target of targets) {
      const fn = ir.functions[target.function];
      if (fn.isGenerator || !context.isProduct(fn.firstInstr)) continue;
      for (const row of context.solver.rowsOf(fn.id).returns) {
        const value = ir.a.data[row];
        // What a function takes and gives back is asked about where it is called.
        if (ir.op.data[value] !== Op.Param || functionOf(ir, value).id !== fn.id) this.push({ value, site: place.inTags ? place.site : row, inTags: place.inTags, calls: place.calls + 1 });
      }
    }
  }
}

/** The texts and values that an f-string, a sum or a format puts together; undefined for all else. */
export function joinedBy(context: CheckContext, value: number): readonly number[] | undefined {
  const { ir } = context.program;
  const op = ir.op.data[value] as Op;
  if (op === Op.Fmt) return ir.lists.toArray(ir.a.data[value]);
  if (op === Op.Bin) {
    const [left, right] = [ir.b.data[value], ir.c.data[value]];
    const operator = ir.a.data[value] & 31;
    if (operator === BinOp.Add) return [left, right];
    return operator === BinOp.Mod ? [left, ...percentValues(context, left, right)] : undefined;
  }
  if (op !== Op.Call || calledName(context.solver, value) !== "format") return undefined;
  const callee = callCallee(ir, value);
  const receiver = ir.op.data[callee] === Op.GetAttr ? ir.a.data[callee] : -1;
  if (receiver < 0 || context.text(receiver) === undefined) return undefined;
  const args = Array.from({ length: callArgCount(ir, value) }, (_, i) => callArg(ir, value, i));
  return [receiver, ...args, ...Array.from({ length: callKeywordCount(ir, value) }, (_, i) => callKeywordValue(ir, value, i))];
}

/** What `%` puts in: numbers by the letter of the format are no text. */
function percentValues(context: CheckContext, left: number, right: number): readonly number[] {
  const { ir } = context.program;
  if (ir.op.data[right] !== Op.Build) return [right];
  // Where a dictionary takes in another (`**more`), there is no key.
  const items = ir.lists.toArray(ir.b.data[right]).filter((item) => item >= 0);
  const letters = [...(context.text(left) ?? "").matchAll(/%(?:\((\w+)\))?[-+ #0]*\d*(?:\.\d+)?([a-zA-Z])/g)];
  const isPositional = letters.length === items.length && letters.every((match) => match[1] === undefined);
  return isPositional ? items.filter((_, i) => letters[i][2] === "s" || letters[i][2] === "r") : items;
}

/** Calls that leave the characters of a text as they are. */
const keepsText = /^(?:str|unicode|text_type|force_text|force_str|force_unicode|smart_text|smart_str|smart_unicode|mark_safe|Markup|SafeString|SafeText|list|tuple|sorted|reversed|ugettext|gettext|gettext_lazy|ugettext_lazy|_)$/;

/** Writers of JSON leave `<` as it is, so `</script>` in the data ends the script that they are printed into. */
const jsonWriters = /^(?:json|simplejson|ujson|orjson|rapidjson|django\.utils\.simplejson|anyjson)\.(?:dumps|encode)$/;
/** Notations for prose whose readers pass tags on as they stand. */
const notations = /^(?:markdown\.(?:markdown|Markdown\(\)\.convert)|markdown2\.(?:markdown|Markdown\(\)\.convert)|commonmark\.commonmark|misaka\.html|textile\.textile|cmarkgfm\.github_flavored_markdown_to_html|pypandoc\.convert_text)$/;

function isCallOf(context: CheckContext, call: number, names: RegExp): boolean {
  const { ir, api } = context.program;
  return context.program.targetsOf(call).some((target) =>
    target.kind !== "project" && names.test(target.kind === "api" ? api.name(target.node) : ir.strings.text(target.name)));
}

/** Some readers are told to leave tags out. */
function isRestricted(ir: Ir, call: number): boolean {
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name < 0 || /^(?:safe_mode|restricted|html_replacement_text)$/.test(ir.strings.text(name))) return true;
  }
  return false;
}
