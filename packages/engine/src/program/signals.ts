/**
 * Signals: what sends one calls the functions that were connected to it.
 *
 * ```text
 * paid = Signal()
 * @receiver(paid)
 * def on_paid(sender, order, **kwargs): ...
 * paid.send(sender=Shop, order=order)          on_paid(sender=Shop, order=order)
 * @receiver(post_save, sender=Order)
 * def saved(sender, instance, **kwargs): ...   instance is an Order
 * ```
 *
 * A signal is told by the call that makes it, or by its name where one place gives out signals by name. Which calls these
 * are is data of the catalog.
 */
import { BuildKind, callArg, callArgCount, callCallee, callKeyword, Op } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import { signalShim } from "./callback-shims.ts";
import { textOf } from "./dotted-names.ts";
import { type MarkedPlace, MarkedPlaces } from "./marked-places.ts";
import { Edge, type Solver } from "./solver.ts";
import { Tok, tokOf } from "./token.ts";

const kinds = ["signal", "signal-name", "signal-receiver", "signal-receiver-of", "signal-sender", "signal-sent"] as const;

type Place = MarkedPlace<(typeof kinds)[number]>;

/** The parameter of a receiver that gets the object that the signal is about. */
const objectParameter = "instance";

/** The signals of a program, by the call that makes them and by their names. Each is the node of its receivers. */
export class Signals {
  private readonly s: Solver;
  private readonly places: MarkedPlaces<(typeof kinds)[number]>;
  private readonly receivers = new Map<string, number>();

  constructor(s: Solver, api: ApiGraph) {
    this.s = s;
    this.places = new MarkedPlaces(s, api, kinds);
  }

  /** May be called again when more is known. */
  link(): void {
    const { ir } = this.s;
    for (let row = 0; row < ir.length; row++) {
      const op = ir.op.data[row];
      if (op === Op.Call) this.readCall(row);
      else if (op === Op.Decorate) this.readDecorator(row);
    }
  }

  private readCall(call: number): void {
    const { s } = this;
    const callee = callCallee(s.ir, call);
    for (const place of this.places.of(callee)) {
      switch (place.kind) {
        case "signal": s.add(call, this.signal(`${call}`)); break;
        case "signal-name": {
          const name = textOf(s, this.argument(call, place));
          if (name !== undefined) s.add(call, this.signal(`"${name}`));
          break;
        }
        case "signal-receiver": {
          const given = this.argument(call, place);
          if (given < 0) break;
          for (const signal of this.signalsOf(callee)) s.addEdgeOnce(given, Edge.Copy, signal);
          for (const fn of [...s.idsOf(given, Tok.Function), ...s.idsOf(given, Tok.Bound)]) this.giveObject(call, fn);
          break;
        }
        case "signal-sent":
          for (const signal of this.signalsOf(callee)) s.addEdgeOnce(signal, Edge.Callback, call, signalShim);
          break;
        default:
      }
    }
  }

  /** `@paid.connect`, `@paid.connect_via(shop)`, `@receiver([paid, sent], sender=Order)`. */
  private readDecorator(row: number): void {
    const { s } = this;
    const { ir } = s;
    const decorator = ir.a.data[row];
    const call = ir.op.data[decorator] === Op.Call ? decorator : -1;
    const callee = call < 0 ? decorator : callCallee(ir, call);
    const places = this.places.of(callee);
    if (places.length === 0) return;
    const fn = s.classes.functionOfRow(row);
    if (fn < 0) return;
    for (const place of places) {
      let signals: readonly number[] = [];
      if (place.kind === "signal-receiver") signals = this.signalsOf(callee);
      else if (place.kind === "signal-receiver-of" && call >= 0) signals = this.signalsIn(this.argument(call, place));
      for (const signal of signals) s.add(signal, tokOf(Tok.Function, fn));
    }
    if (call >= 0) this.giveObject(call, fn);
  }

  /** What signals of a mapper are about is an object of the class that the receiver asked for. */
  private giveObject(call: number, fn: number): void {
    const { s } = this;
    const param = s.ir.functions[fn].params.find(({ name }) => s.ir.strings.text(name) === objectParameter);
    if (!param) return;
    for (const place of this.places.of(callCallee(s.ir, call))) {
      const sender = place.kind === "signal-sender" ? this.argument(call, place) : -1;
      for (const cls of sender < 0 ? [] : s.idsOf(sender, Tok.Class)) s.add(param.value, tokOf(Tok.Instance, cls));
    }
  }

  private signal(key: string): number {
    let node = this.receivers.get(key);
    if (node === undefined) this.receivers.set(key, (node = this.s.newNode()));
    return tokOf(Tok.Signal, node);
  }

  /** The signals whose method a callee is. */
  private signalsOf(callee: number): readonly number[] {
    const { ir } = this.s;
    return ir.op.data[callee] === Op.GetAttr ? this.s.idsOf(ir.a.data[callee], Tok.Signal) : [];
  }

  private signalsIn(value: number): readonly number[] {
    const { s } = this;
    const { ir } = s;
    if (value < 0) return [];
    const isList = ir.op.data[value] === Op.Build && ir.a.data[value] !== BuildKind.Dict;
    return (isList ? ir.lists.toArray(ir.b.data[value]) : [value]).flatMap((each) => s.idsOf(each, Tok.Signal));
  }

  private argument(call: number, { index, keyword }: Place): number {
    const { ir } = this.s;
    const given = keyword === "" ? -1 : callKeyword(ir, call, ir.strings.intern(keyword));
    return given >= 0 || index < 0 || index >= callArgCount(ir, call) ? given : callArg(ir, call, index);
  }
}
