/**
 * Addresses of databases, caches and brokers that are written to a log: they carry the name and the password.
 *
 * That an address is one of these is told by its name, or by the same function handing it to a client of such a service.
 */
import { callArg, callArgCount, callKeyword, functionOf, Op } from "../ir/index.ts";
import { type Obligation } from "../obligations/index.ts";
import type { CallTarget, Program } from "../program/index.ts";
import { isConnectionName } from "../values/index.ts";
import type { CheckContext } from "./context.ts";
import { namesOfValue, partsOf } from "./secret-words.ts";
import { rootOf } from "./roots.ts";

const clients = /^(?:pymongo|motor|mongoengine|kombu|sqlalchemy|sqlmodel|redis|aioredis|pika|aio_pika|psycopg|psycopg2|asyncpg|amqp|databases)\.(?:.*\.)?(?:MongoClient|AsyncMongoClient|AsyncIOMotorClient|MongoReplicaSetClient|Connection|ReplicaSetConnection|BrokerConnection|create_engine|create_async_engine|make_url|from_url|URLParameters|connect|connect_robust|create_pool|parse_uri|Database)$/;
const addressWords = ["host", "url", "uri", "dsn", "name_or_url"];

export function connectionLogged(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const roles = new Roles(context);
  const addresses = addressesByFunction(context, roles);
  const drivers = driversByModule(context, roles);
  const out = new Map<number, Obligation>();
  for (const seed of context.seedsOf("log-text")) {
    if (ir.op.data[seed.site] !== Op.Call || out.has(seed.site)) continue;
    const known = addresses.get(functionOf(ir, seed.site).id);
    for (const value of seed.values.flatMap((each) => partsOf(context, each)?.values ?? [each])) {
      const root = rootOf(ir, value);
      const name = namesOfValue(context, value).find(isConnectionName);
      const call = known?.get(root);
      if (name === undefined && call === undefined) continue;
      // Where SQLite alone is spoken to, the address is that of a file.
      if (call === undefined && drivers.files.has(functionOf(ir, seed.site).module) && !drivers.servers.has(functionOf(ir, seed.site).module)) continue;
      const why = name === undefined ? "a client is connected with it" : "its name says so";
      out.set(seed.site, context.row(seed.site, "violated", { code: "bad-value", text: `an address that carries credentials is logged: ${why}`, at: call ?? root }, {
        sink: seed.sink, subject: value, source: name ?? "the address", sourceKind: "secret",
      }));
      break;
    }
  }
  return [...out.values()];
}

const fileDrivers = /^(?:sqlite3|aiosqlite)\.(?:connect|Connection)$/;

/** Which library objects open files, and which speak to servers. */
class Roles {
  private readonly program: Program;
  private readonly known = new Map<string, "file" | "server" | "none">();

  constructor({ program }: CheckContext) {
    this.program = program;
  }

  of(target: CallTarget): "file" | "server" | "none" {
    if (target.kind === "project") return "none";
    const name = target.kind === "api" ? this.program.api.name(target.node) : this.program.ir.strings.text(target.name);
    let role = this.known.get(name);
    if (role === undefined) this.known.set(name, (role = fileDrivers.test(name) ? "file" : clients.test(name) ? "server" : "none"));
    return role;
  }
}

/** For each function, the values that it hands to clients as addresses, with the call. */
function addressesByFunction(context: CheckContext, roles: Roles): ReadonlyMap<number, ReadonlyMap<number, number>> {
  const { program } = context;
  const { ir } = program;
  const words = addressWords.map((word) => ir.strings.intern(word));
  // Where the port or the user is given beside it, it is the name of a host only.
  const separately = ["port", "user", "username", "password", "passwd"].map((word) => ir.strings.intern(word));
  const out = new Map<number, Map<number, number>>();
  for (const i of ir.rowsOf(Op.Call)) {
    if (!context.isProduct(i)) continue;
    if (!program.targetsOf(i).some((target) => roles.of(target) === "server") || separately.some((word) => callKeyword(ir, i, word) >= 0)) continue;
    const given = words.map((word) => callKeyword(ir, i, word)).filter((value) => value >= 0);
    if (callArgCount(ir, i) === 1) given.push(callArg(ir, i, 0));
    for (const value of given) {
      const root = rootOf(ir, value);
      const op = ir.op.data[root] as Op;
      if (op !== Op.Param && op !== Op.GetAttr && op !== Op.GetItem && op !== Op.Call && op !== Op.Phi && op !== Op.Bin && op !== Op.Fmt) continue;
      const fn = functionOf(ir, i).id;
      const known = out.get(fn) ?? new Map<number, number>();
      known.set(root, i);
      out.set(fn, known);
    }
  }
  return out;
}

/** The modules that call SQLite, and those that call a client of a server. */
function driversByModule(context: CheckContext, roles: Roles): { readonly files: ReadonlySet<number>; readonly servers: ReadonlySet<number> } {
  const { program } = context;
  const { ir } = program;
  const out = { files: new Set<number>(), servers: new Set<number>() };
  for (const i of ir.rowsOf(Op.Call)) {
    for (const target of program.targetsOf(i)) {
      const role = roles.of(target);
      if (role === "file") out.files.add(functionOf(ir, i).module);
      else if (role === "server") out.servers.add(functionOf(ir, i).module);
    }
  }
  return out;
}
