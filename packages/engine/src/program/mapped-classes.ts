/**
 * Classes that a mapper joins to tables: what their declared relations give, and what queries over them give.
 *
 * ```text
 * class Post(Base):
 *     author = relationship("User", backref="posts")     post.author is a User; user.posts are Posts
 * class Order(models.Model):
 *     customer = ForeignKey("shop.Customer")             order.customer is a Customer; customer.order_set are Orders
 * session.query(Post).filter(x).first()                  a Post
 * apps.get_model("shop", "Order").objects.all()          Orders
 * ```
 *
 * Which calls declare a relation, name a class or ask for objects of one is data of the catalog. A class that is named by
 * its bare name is the one of the same module, else of the application or package that the text or the place says, else the
 * only one of that name; a name that says less names nothing.
 */
import { callArg, callArgCount, callCallee, callKeyword, constFalse, Op } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import { namedNode, textOf } from "./dotted-names.ts";
import { type MarkedPlace, MarkedPlaces } from "./marked-places.ts";
import { rootOf } from "./seed.ts";
import type { Solver } from "./solver.ts";
import { Tok, tokOf } from "./token.ts";

/** What pages say of the calls that are read here. */
const kinds = [
  "related-object", "related-objects", "back-object", "back-objects", "back-set", "queried-class", "fetched-class", "named-class", "user-class",
] as const;
type Place = MarkedPlace<(typeof kinds)[number]>;

/** What pages say of an attribute of a mapped class that asks for its objects. */
export const queriesOf = "queries-class";

/** The setting that names the class of users. */
const userSetting = "AUTH_USER_MODEL";
const ownClass = "self";

/** Methods of queries and managers that give one object; every other gives a query again. */
const single = new Set([
  "get", "first", "last", "one", "one_or_none", "scalar", "scalar_one", "scalar_one_or_none", "create", "latest", "earliest", "get_or_404",
  "first_or_404", "one_or_404", "aget", "afirst", "alast", "acreate",
]);

/** Methods that give something else. */
const other = new Set([
  "count", "exists", "delete", "update", "values", "values_list", "aggregate", "in_bulk", "explain", "raw", "append", "remove", "add", "clear", "set",
  "contains", "with_entities", "acount", "aexists", "adelete", "aupdate", "create_table", "dates", "datetimes", "query", "model",
]);

/** What reading an attribute of a query gives: a method, whose call gives one object or a query again; -1 for other methods. */
export function queryMethod(cls: number, name: string): number {
  return other.has(name) || name.startsWith("_") ? -1 : tokOf(Tok.Query, cls * 2 + (single.has(name) ? 1 : 0));
}

/** Reads all relations and queries; may be called again when more is known. */
export function linkMappedClasses(s: Solver, api: ApiGraph): void {
  new Mapper(s, api).link();
}

class Mapper {
  private readonly s: Solver;
  private readonly api: ApiGraph;
  private readonly places: MarkedPlaces<(typeof kinds)[number]>;
  private byName: Map<string, number[]> | undefined;

  constructor(s: Solver, api: ApiGraph) {
    this.s = s;
    this.api = api;
    this.places = new MarkedPlaces(s, api, kinds);
  }

  link(): void {
    const { s } = this;
    const { ir } = s;
    for (const row of ir.rowsOf(Op.Call, Op.ClassVar)) {
      const op = ir.op.data[row];
      if (op === Op.ClassVar) this.linkManager(row);
      const call = op === Op.Call ? row : rootOf(s, ir.b.data[row]);
      if (ir.op.data[call] !== Op.Call) continue;
      const places = this.places.of(callCallee(ir, call));
      if (places.length === 0) continue;
      if (op === Op.Call) this.linkQuery(call, places);
      else this.linkRelation(row, call, places);
    }
  }

  /** `objects = OrderManager()`: what manages the objects of the class that it stands in. */
  private linkManager(row: number): void {
    const { s } = this;
    const value = s.ir.b.data[row];
    const owner = s.ir.functions[s.functionOf(row)].class;
    if (owner < 0) return;
    const bases = s.idsOf(value, Tok.Instance).flatMap((cls) => s.classes.libraryBases(cls).map((base) => s.libraries.instance(base)));
    const own = s.idsOf(value, Tok.Api).map((node) => tokOf(Tok.Api, node));
    if ([...bases, ...own].some((token) => s.libraries.isOfKind(token, queriesOf))) s.add(s.memberNode(owner, s.ir.a.data[row]), tokOf(Tok.Query, owner * 2));
  }

  // ---- relations

  private linkRelation(row: number, call: number, places: readonly Place[]): void {
    const { s } = this;
    const { ir } = s;
    const owner = ir.functions[s.functionOf(row)].class;
    const toOne = places.find(({ kind }) => kind === "related-object");
    const toMany = places.find(({ kind }) => kind === "related-objects");
    const named = toOne ?? toMany;
    if (owner < 0 || named === undefined) return;
    const isSingle = toMany === undefined || this.isOff(call, "uselist");
    for (const target of this.relatedClasses(this.argument(call, named), owner)) {
      const field = s.memberNode(owner, ir.a.data[row]);
      if (toOne) s.add(field, tokOf(Tok.Instance, target));
      if (toMany && !isSingle) s.add(field, tokOf(Tok.Query, target * 2));
      this.linkBack(call, places, owner, target);
    }
  }

  /** The attribute that the relation makes on the other class. */
  private linkBack(call: number, places: readonly Place[], owner: number, target: number): void {
    const { s } = this;
    const { ir } = s;
    let isNamed = false;
    for (const place of places) {
      if (place.kind !== "back-object" && place.kind !== "back-objects") continue;
      const value = this.argument(call, place);
      // `backref("posts", lazy="dynamic")`
      const text = textOf(s, value) ?? (value >= 0 && ir.op.data[value] === Op.Call && callArgCount(ir, value) > 0 ? textOf(s, callArg(ir, value, 0)) : undefined);
      if (value >= 0) isNamed = true;
      if (text === undefined || !/^[A-Za-z_]\w*$/.test(text)) continue;
      const token = place.kind === "back-object" ? tokOf(Tok.Instance, owner) : tokOf(Tok.Query, owner * 2);
      s.add(s.memberNode(target, ir.strings.intern(text)), token);
    }
    if (isNamed || !places.some(({ kind }) => kind === "back-set")) return;
    const own = ir.strings.text(ir.classes[owner].name).toLowerCase();
    s.add(s.memberNode(target, ir.strings.intern(`${own}_set`)), tokOf(Tok.Query, owner * 2));
  }

  /** Classes that the target of a relation may be: a text, the class itself, or a function that gives it. */
  private relatedClasses(value: number, owner: number): readonly number[] {
    const { s } = this;
    if (value < 0) return [];
    const text = textOf(s, value);
    if (text === ownClass) return [owner];
    if (text !== undefined) return this.classNamed(text, owner);
    const made = s.idsOf(value, Tok.Function).flatMap((fn) => s.idsOf(s.returnNode(fn), Tok.Class));
    const settings = s.idsOf(value, Tok.Api).some((node) => this.api.facts(node).some(({ kind }) => kind === "user-class"));
    return [...s.idsOf(value, Tok.Class), ...made, ...(settings ? this.userClasses() : [])];
  }

  // ---- queries

  private linkQuery(call: number, places: readonly Place[]): void {
    const { s } = this;
    for (const place of places) {
      switch (place.kind) {
        case "user-class":
          for (const cls of this.userClasses()) s.add(call, tokOf(Tok.Class, cls));
          break;
        case "named-class":
          for (const cls of this.classNamed(this.joinedName(call), -1)) s.add(call, tokOf(Tok.Class, cls));
          break;
        case "queried-class":
        case "fetched-class": {
          const value = this.argument(call, place);
          if (value < 0) break;
          for (const cls of [...s.idsOf(value, Tok.Class), ...s.idsOf(value, Tok.Query).map((id) => id >> 1)]) {
            s.add(call, place.kind === "fetched-class" ? tokOf(Tok.Instance, cls) : tokOf(Tok.Query, cls * 2));
          }
          break;
        }
        default:
      }
    }
  }

  /** `("shop", "Order")` and `("shop.Order")`. */
  private joinedName(call: number): string {
    const { s } = this;
    const parts: string[] = [];
    for (const [index, keyword] of [[0, "app_label"], [1, "model_name"]] as const) {
      const text = textOf(s, this.argument(call, { index, keyword }));
      if (text !== undefined) parts.push(text);
    }
    return parts.join(".");
  }

  private userClasses(): readonly number[] {
    const { s } = this;
    const name = s.ir.strings.find(userSetting);
    if (name < 0) return [];
    const found = s.ir.modules.flatMap((module) => s.names.storesOf(module.id, name).flatMap((row) => this.classNamed(textOf(s, row) ?? "", -1)));
    return [...new Set(found)];
  }

  /** Classes of the project by the text that stands for them, seen from a class (or -1). */
  private classNamed(text: string, from: number): readonly number[] {
    const { s } = this;
    const parts = text.split(".");
    const whole = parts.length > 1 ? namedNode(s, text, from < 0 ? -1 : moduleOfClass(s, from)) : -1;
    const direct = whole < 0 ? [] : s.idsOf(whole, Tok.Class);
    if (direct.length > 0) return direct;
    const all = this.classes().get(parts.at(-1)!.toLowerCase()) ?? [];
    const exact = all.filter((cls) => s.ir.strings.text(s.ir.classes[cls].name) === parts.at(-1));
    // The application of a name is a folder or a module on the way to the class.
    const within = parts.length > 1 ? all.filter((cls) => moduleParts(s, cls).includes(parts.at(-2)!)) : exact;
    if (within.length <= 1 || from < 0) return within.length === 1 ? within : [];
    const near = within.filter((cls) => moduleOfClass(s, cls) === moduleOfClass(s, from));
    if (near.length === 1) return near;
    const folder = moduleParts(s, from).slice(0, -1).join(".");
    const beside = within.filter((cls) => moduleParts(s, cls).slice(0, -1).join(".") === folder);
    return beside.length === 1 ? beside : [];
  }

  /** Classes that derive from another, in small letters as registries look them up. Those of tests are no models of the product. */
  private classes(): Map<string, number[]> {
    if (this.byName) return this.byName;
    const { s } = this;
    const out = new Map<string, number[]>();
    for (const cls of s.ir.classes) {
      if (s.isTest[cls.body] === 1 || s.ir.lists.length(s.ir.b.data[cls.definition]) === 0) continue;
      const name = s.ir.strings.text(cls.name).toLowerCase();
      const list = out.get(name);
      if (list) list.push(cls.id);
      else out.set(name, [cls.id]);
    }
    return (this.byName = out);
  }

  private argument(call: number, { index, keyword }: { readonly index: number; readonly keyword: string }): number {
    const { ir } = this.s;
    const given = keyword === "" ? -1 : callKeyword(ir, call, ir.strings.intern(keyword));
    return given >= 0 || index < 0 || index >= callArgCount(ir, call) ? given : callArg(ir, call, index);
  }

  private isOff(call: number, keyword: string): boolean {
    const { ir } = this.s;
    const value = callKeyword(ir, call, ir.strings.intern(keyword));
    return value >= 0 && ir.op.data[value] === Op.Const && ir.a.data[value] === constFalse;
  }
}


const moduleOfClass = (s: Solver, cls: number): number => s.ir.functions[s.ir.classes[cls].body].module;

const moduleParts = (s: Solver, cls: number): readonly string[] => s.names.dottedName(moduleOfClass(s, cls)).split(".");
