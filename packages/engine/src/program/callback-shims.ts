/** Library functions that call what they are given: which argument, and with what. */

export interface CallbackShim {
  /** Position of the callable, and keyword ("" if none). -1: every argument may be it. */
  readonly callable: { readonly index: number; readonly keyword: string };
  /**
   * What it is called with: the positional arguments from `from` on, behind `after` others that the library puts first, and
   * those keywords that are names of its parameters; the
   * elements of argument `of`; the tuple passed as keyword `keyword` (position `index`), and the dict as `mapping`; nothing
   * that we know.
   */
  readonly passes:
    | { readonly kind: "rest"; readonly from: number; readonly after?: number }
    | { readonly kind: "elements"; readonly of: number }
    | { readonly kind: "tuple"; readonly keyword: string; readonly index: number; readonly mapping?: { readonly keyword: string; readonly index: number } }
    | { readonly kind: "unknown" };
  /** What the call gives: an iterable of results, one result, or something else. */
  readonly result: "iterable" | "result" | "other";
  /** The callable is what the method is called on: a task. Of an object its `run` is called. */
  readonly isTask?: boolean;
  /** A class is made into an object. */
  readonly makes?: boolean;
}

const at = (index: number, keyword = "") => ({ index, keyword });
const rest = (index: number, keyword = ""): CallbackShim => ({
  callable: at(index, keyword), passes: { kind: "rest", from: index + 1 }, result: "other",
});
const unknown = (index: number, keyword = ""): CallbackShim => ({ callable: at(index, keyword), passes: { kind: "unknown" }, result: "other" });
const elements = (index: number, of: number, result: CallbackShim["result"], keyword = ""): CallbackShim => ({
  callable: at(index, keyword), passes: { kind: "elements", of }, result,
});
const thread = (index: number, tuple: number): CallbackShim => ({
  callable: at(index, "target"), passes: { kind: "tuple", keyword: "args", index: tuple, mapping: at(tuple + 1, "kwargs") }, result: "other",
});
const task = (passes: CallbackShim["passes"]): CallbackShim => ({ callable: at(99), passes, result: "other", isTask: true });

/** By the whole name of the function. */
const byName: ReadonlyMap<string, CallbackShim> = new Map([
  ["map", { ...elements(0, 1, "iterable"), callable: at(-1) }],
  ["filter", { ...elements(0, 1, "other"), callable: at(-1) }],
  ["sorted", elements(99, 0, "other", "key")],
  ["min", elements(99, 0, "other", "key")],
  ["max", elements(99, 0, "other", "key")],
  ["reduce", elements(0, 1, "result")],
  ["functools.reduce", elements(0, 1, "result")],
  ["itertools.groupby", elements(1, 0, "other", "key")],
  ["itertools.starmap", { ...unknown(0), result: "iterable" }],
  ["threading.Thread", thread(1, 3)],
  ["threading.Timer", { callable: at(1, "function"), passes: { kind: "tuple", keyword: "args", index: 2 }, result: "other" }],
  ["multiprocessing.Process", thread(1, 3)],
  ["eventlet.spawn", rest(0)],
  ["eventlet.spawn_n", rest(0)],
  ["eventlet.spawn_after", rest(1)],
  ["gevent.spawn", rest(0)],
  ["asyncio.to_thread", rest(0)],
  ["atexit.register", rest(0)],
  ["signal.signal", unknown(1)],
  ["functools.singledispatch", unknown(0)],
  ["iter", { ...unknown(0), result: "iterable" }],
  ["re.sub", unknown(1, "repl")],
  ["collections.defaultdict", unknown(0)],
  ["stevedore.map", { callable: at(0), passes: { kind: "rest", from: 1, after: 1 }, result: "iterable" }],
  ["stevedore.map_method", { callable: at(99), passes: { kind: "rest", from: 1 }, result: "other" }],
]);

/** By the last part of a name, for receivers of which no more is known. */
const byMethod: ReadonlyMap<string, CallbackShim> = new Map([
  ["submit", { ...rest(0) }],
  ["spawn", rest(0)],
  ["spawn_n", rest(0)],
  ["spawn_after", rest(1)],
  ["call_soon", rest(0)],
  ["call_soon_threadsafe", rest(0)],
  ["call_later", rest(1)],
  ["call_at", rest(1)],
  ["run_in_executor", rest(1)],
  ["run_in_threadpool", rest(0)],
  ["apply_async", { callable: at(0, "func"), passes: { kind: "tuple", keyword: "args", index: 1 }, result: "other" }],
  ["add_done_callback", unknown(0)],
  ["imap", elements(0, 1, "iterable")],
  ["imap_unordered", elements(0, 1, "iterable")],
  ["starmap", unknown(0)],
  ["callLater", rest(1)],
  ["callInThread", rest(0)],
  ["deferToThread", rest(0)],
  ["addCallback", unknown(0)],
  ["addErrback", unknown(0)],
  ["add_thread", rest(0)],
  ["sort", unknown(99, "key")],
  ["defer", rest(0)],
  ["enqueue", rest(0)],
  ["enqueue_at", rest(1)],
  ["enqueue_in", rest(1)],
  ["enqueue_call", { callable: at(0, "func"), passes: { kind: "tuple", keyword: "args", index: 1, mapping: at(2, "kwargs") }, result: "other" }],
  ["add_job", { callable: at(0, "func"), passes: { kind: "tuple", keyword: "args", index: 2, mapping: at(3, "kwargs") }, result: "other" }],
  ["add_task", rest(0)],
  ["run_sync", rest(0)],
  ["start_soon", rest(0)],
  ["run_in_thread", rest(0)],
]);

/** `task.apply_async((1, 2))`, and `args=` for the tuple. */
const launch: CallbackShim = { callable: at(-1), passes: { kind: "tuple", keyword: "args", index: 0 }, result: "other" };

/** Methods of a task that run it later, by name: the task is what they are called on. */
const byTaskMethod: ReadonlyMap<string, CallbackShim> = new Map([
  ...["delay", "s", "si", "send", "schedule", "enqueue"].map((name) => [name, task({ kind: "rest", from: 0 })] as const),
  ...["apply_async", "apply", "signature", "subtask", "send_with_options", "message_with_options"].map((name) =>
    [name, task({ kind: "tuple", keyword: "args", index: 0, mapping: at(1, "kwargs") })] as const),
]);

/** `signal.send(sender, order=order)`: receivers get what is sent, under the same names. */
const signal: CallbackShim = rest(-1);

/** `DriverManager(group, name, invoke_on_load=True, invoke_args=(1,), invoke_kwds={})` calls the plugin. */
const plugin: CallbackShim = {
  callable: at(-1), passes: { kind: "tuple", keyword: "invoke_args", index: 3, mapping: at(4, "invoke_kwds") }, result: "other", makes: true,
};

export const callbackShims: readonly CallbackShim[] = [...byName.values(), ...byMethod.values(), ...byTaskMethod.values(), signal, launch, plugin];
export const signalShim = callbackShims.length - 3;
export const launchShim = callbackShims.length - 2;
export const pluginShim = callbackShims.length - 1;

/** Index into {@link callbackShims} of what a method of a task does, or -1. */
export function taskShimOf(method: string): number {
  const shim = byTaskMethod.get(method);
  return shim ? callbackShims.indexOf(shim) : -1;
}

/** Index into {@link callbackShims}, or -1. `name` has no `<builtin>.` prefix. */
export function shimOf(name: string): number {
  const exact = byName.get(name);
  if (exact) return callbackShims.indexOf(exact);
  if (!name.includes(".")) return -1;
  const method = byMethod.get(name.slice(name.lastIndexOf(".") + 1));
  return method ? callbackShims.indexOf(method) : -1;
}
