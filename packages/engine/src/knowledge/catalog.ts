/** What the catalog says, as plain data: kinds, detectors, models. Built by the page reader, never by hand. */
import type { StubPack } from "./stub-pack.ts";

export type KindGroup = "source" | "sink" | "guard" | "effect";

/** A word of the vocabulary of `kinds.md`. */
export interface CatalogKind {
  readonly name: string;
  readonly group: KindGroup;
  readonly meaning: string;
}

export type Severity = "critical" | "high" | "medium" | "low";

/** A detector page. Exactly one of `flow`, `constant`, `call`, `check` is set. */
export interface Detector {
  readonly id: string;
  readonly title: string;
  /** The sentence below the title. */
  readonly summary: string;
  /** The exact weakness first, then others that are as exact. */
  readonly cwe: readonly number[];
  /** Broader ids that advisories use for the same weakness; accepted by `--select`, shown in taxa. */
  readonly broader: readonly number[];
  readonly severity: Severity;
  /** Ids of equivalent rules of other tools: `B608`, `S608`, `py/sql-injection`. */
  readonly aliases: readonly string[];
  readonly message: string;
  /** Shown by default when a violation has full evidence; false keeps it in the ledger (`--all`). */
  readonly shown: boolean;
  /** "finding": a violation is a finding; "question": facts are certain, the judgement is a person's. */
  readonly reports: "finding" | "question";
  readonly flow?: FlowRule;
  readonly constant?: ConstantRule;
  readonly call?: CallRule;
  /** Name of a function in `checks/`. */
  readonly check?: string;
  /** Detectors that say more: where one of them shows a finding, this one does not show another. */
  readonly yieldsTo: readonly string[];
  /** Sections of the page as Markdown, by heading: "Why it matters", "What to do", … */
  readonly sections: Readonly<Record<string, string>>;
  readonly page: string;
}

/** A value from `from` must not reach `to`. */
export interface FlowRule {
  /** Source kinds that make a shown finding. */
  readonly from: readonly string[];
  /** Source kinds that make a finding of the lower tier (kept in the ledger, `--all`). */
  readonly also: readonly string[];
  /** Those of `also` that make a shown finding where the code is weak whoever calls it: `checks/floor-caller.ts` says when. */
  readonly whoever?: readonly string[];
  readonly to: readonly string[];
  /** Guard kinds that stop it. */
  readonly stoppedBy: readonly string[];
  /** Two guard kinds that stop it together: each rules out one of two ways to be weak. */
  readonly stoppedByBoth?: readonly [string, string];
}

/** The value at `to` must not be one of `bad`. */
export interface ConstantRule {
  readonly to: readonly string[];
  /** Literals (`false`, `0`, `"text"`), dotted API names (`ssl.CERT_NONE`), or the classes `non-empty-string` and `below 2048` (a number). */
  readonly bad: readonly ConstantPattern[];
  /** What it means when the argument is absent. */
  readonly absent: "bad" | "fine";
}
export type ConstantPattern = string | number | boolean | null;

/** A call of kind `to` is itself the weakness, unless the value flowing in is of no `data` kind (empty: always). */
export interface CallRule {
  readonly to: readonly string[];
  /** If not empty: it is a finding when data of such a kind reaches the call or its result such a place; otherwise it stays open. */
  readonly data: readonly string[];
  /** The call is fine if everything that goes into it is a literal of the program. */
  readonly unlessConstant: boolean;
}

/**
 * A place in an API: a path, and a port of a call of it.
 * Text form: `sqlite3.connect()` the result · `Connection.execute(arg[0])` · `subprocess.run(arg[0|args])` position or
 * keyword · `f(arg[1..])` · `f(arg[*])` · `X.method(self)` the receiver · `flask.request.args` the object itself ·
 * `Session[*](stored)` what is assigned to an item · `Session[*](key)` its key · `Obj.attr(stored)` ·
 * `Base.method(param[1])` / `Base.method(returned)` parameter and result of overriding methods in project subclasses.
 */
export interface Place {
  readonly path: string;
  readonly port: Port;
  readonly when?: Condition;
}

export type Port =
  | { readonly type: "object" } // the value itself (path without a port; `path()` ends in a call step)
  /** Index -1: by keyword only; `rest`: this one and all after; `item`: what stands in the argument under this key. */
  | { readonly type: "argument"; readonly index: number; readonly name: string; readonly rest: boolean; readonly item?: string }
  | { readonly type: "any-argument" }
  /** `**mapping`: what is given as keywords under names of its own. */
  | { readonly type: "spread" }
  | { readonly type: "self" }
  | { readonly type: "stored" }
  | { readonly type: "key" }
  | { readonly type: "parameter"; readonly index: number }
  | { readonly type: "returned" };

/** A condition on the literal arguments of the same call. */
export type Condition =
  /** `item`: not the argument itself, but what it has under this key. */
  | { readonly type: "is"; readonly argument: { readonly index: number; readonly name: string }; readonly item?: string; readonly values: readonly ConstantPattern[]; readonly negated: boolean }
  | { readonly type: "present"; readonly argument: { readonly index: number; readonly name: string }; readonly negated: boolean }
  /** The object that is the argument, or the receiver if there is no argument, was made or switched to be of a kind before. */
  | { readonly type: "has"; readonly argument: { readonly index: number; readonly name: string } | undefined; readonly kind: string }
  /** No call of the program is of this kind: one that is changes what the others do. */
  | { readonly type: "lacks"; readonly kind: string }
  /** What the project asks for does not rule out that the distribution is older than this major version. */
  | { readonly type: "allows"; readonly distribution: string; readonly below: number }
  /** The class of the project whose call this is defines no method of this name: one that does has taken a step of the library into its own hands. */
  | { readonly type: "inherits"; readonly method: string }
  | { readonly type: "and" | "or"; readonly parts: readonly Condition[] };

export interface ModelPage {
  readonly title: string;
  readonly page: string;
  readonly packages: readonly string[];
  readonly language: "python";
  /** Type name → places its values come from. */
  readonly types: readonly { readonly name: string; readonly from: readonly Place[]; readonly extends: readonly string[] }[];
  /** Other dotted names of the same thing: `flask.helpers.redirect` → `flask.redirect`. */
  readonly aliases: readonly { readonly name: string; readonly of: string }[];
  readonly is: readonly { readonly kind: string; readonly place: Place }[];
  readonly passes: readonly PassRule[];
  readonly validates: readonly ValidateRule[];
  /** Calls that do not return. */
  readonly noreturn: readonly string[];
  readonly entries: readonly EntryRule[];
  /** Receivers that go by these variable names are taken for the type when nothing better is known (a prior, never a proof). */
  readonly names: readonly { readonly names: readonly string[]; readonly type: string; readonly methods: readonly string[] }[];
}

/** How a value passes through a call that has no body here. Without a rule, a call of a known API passes every argument on, marked obscure. */
export interface PassRule {
  readonly call: string;
  /** `arg[0]`, `arg[*]`, `self`, `arg[0][*]`, `arg[0].name` */
  readonly from: string;
  /** `result`, `result[*]`, `result.name`, `self`, `self[*]`, `self[arg0]` (the item named by argument 0), `arg[1]`, `nothing` */
  readonly to: string;
  readonly when?: Condition;
}

/** A call that tells whether a value is fine. */
export interface ValidateRule {
  readonly call: string;
  readonly value: string; // port: `arg[0]`, `self`
  /** true / false: the truth value that means "fine"; "returns": it raises otherwise. */
  readonly when: "true" | "false" | "returns";
  readonly as: string; // guard kind
}

/** How a library finds the functions that outsiders call. */
export interface EntryRule {
  readonly kind: string; // EntryKind
  readonly framework: string;
  readonly form: "decorator" | "call" | "subclass" | "setting";
  /** decorator/call: path of the registering function, e.g. `Flask.route`; subclass: path of the base class. */
  readonly at: string;
  /** call: port of the handler, e.g. `arg[1|view]`. */
  readonly handler: string;
  /** port of the route path. */
  readonly route: string;
  /** port of the verbs. */
  readonly verbs: string;
  /** subclass: method names that are handlers (`get`, `post`), or `*` for all public ones. */
  readonly methods: readonly string[];
  /** `route`: parameters named in the route path; `all`: every one but self; a number: those from there on; a list of `{name|index, kind}`. */
  readonly params: "route" | "all" | number | readonly { readonly parameter: string; readonly kind: string }[];
  /** kind of the parameters chosen by `params` when it is no list. */
  readonly as: string;
  /** type given to a parameter by index: `{0: HttpRequest}`. */
  readonly types: Readonly<Record<string, string>>;
  /** False if the framework calls it beside the handlers of routes: for an error page, to fill a parameter, to validate. */
  readonly routed: boolean;
  /** Arguments are converted to the types that annotations name, or refused. */
  readonly converts: boolean;
  readonly returns: string;
}

export interface Catalog {
  readonly kinds: readonly CatalogKind[];
  readonly detectors: readonly Detector[];
  readonly models: readonly ModelPage[];
  /** Hex digest of all pages. */
  readonly digest: string;
  /** What type stubs say of libraries; absent where none are at hand. */
  readonly stubs?: StubPack;
}
