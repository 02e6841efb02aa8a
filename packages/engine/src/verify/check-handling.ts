/** Claims about exceptions, races, and code that does not run. */
import { type FunctionInfo, Op } from "../ir/index.ts";
import { plural } from "../review/index.ts";
import { lineOf } from "../source/index.ts";
import { around, type Case, caseWhere, confirmed, fineByRows, placesOf, refuted, rowsThere, scopeOf, type Settled, unsupported, weakByRows } from "./case.ts";
import { noPlace } from "./check-flow.ts";
import type { FunctionPlace } from "./project.ts";
import { type HandlerSpot, RegionFacts } from "./region-facts.ts";

/** Weaknesses of handlers: swallowing, too broad, of the wrong kind, unreachable, hiding. */
const handlerWeaknesses = [390, 391, 396, 755, 754, 703, 561, 584, 636, 252];

/** Weaknesses by which errors are lost. */
const losing = [390, 391, 396, 584, 636];
/** Words that say more of handlers than that they are there. */
const praises = /\b(?:prevent\w*|ensur\w*|robust\w*|comprehensive\w*|proper\w*|well|appropriate\w*|effective\w*|enhanc\w*|resilien\w*|adequate\w*|correct\w*|graceful\w*|consistent\w*|all)\b/i;

/** "Errors are handled well at lines 9-12." */
export function checkHandled(given: Case): Settled {
  const { project, claim, files } = given;
  if (files.length === 0 && given.places.length === 0) return noPlace(given);
  const facts = new RegionFacts(project);
  const regions = scopeOf(given);
  const handlers = given.places.length > 0 ? regions.flatMap((region) => facts.handlersAt(region)) : regions.flatMap((region) => facts.handlersOfFile(region.path));
  const where = caseWhere(given);
  if (handlers.length === 0) {
    const raises = regions.flatMap((region) => facts.raises(region));
    if (raises.length > 0 && given.places.length > 0) return refuted(`No handler stands at ${where}: ${raises.length === 1 ? "the statement there raises" : `${raises.length} statements there raise`} an exception, and handle none.`, project.evidenceOf(raises));
    return refuted(`No handler of an exception stands in ${where}.`, project.evidenceOf(regions.map(({ path, first }) => ({ path, line: first }))));
  }
  const rows = given.places.length > 0 ? rowsThere(given, handlerWeaknesses).rows.filter((row) => handlers.some((each) => row.line <= each.last + 1 || row.line === each.line)) : rowsThere(given, handlerWeaknesses).rows;
  // A claim about all of them is not refuted by one that never runs: only by errors that are lost.
  const bad = rows.filter((row) => row.verdict === "violated" && row.shown && (given.places.length > 0 || row.cwe.some((id) => losing.includes(id))));
  if (bad.length > 0) return refuted(`${plural(bad.length, "handler")} of ${handlers.length} in ${where} ${bad.length === 1 ? "is" : "are"} not fine: ${bad[0]!.detector}: ${bad[0]!.reason.text} [${bad[0]!.id}].`, project.evidenceOf(placesOf(bad)));
  if (given.places.length > 0) return confirmed(`${plural(handlers.length, "handler")} ${handlers.length === 1 ? "stands" : "stand"} there, and no obligation of handlers is violated.`, project.evidenceOf(handlers));
  const claimsOnlyThatItIs = /\b(?:includes?|contains?|has|have|there (?:is|are)|uses?|employs?|demonstrates?|implements?|features?)\b/i.test(claim.text) && claim.wording !== "hedged" && claim.wording !== "conditional" && !praises.test(claim.text);
  if (claimsOnlyThatItIs) return confirmed(`${plural(handlers.length, "handler")} of exceptions ${handlers.length === 1 ? "stands" : "stand"} in ${where}; no obligation of them is violated.`, project.evidenceOf(handlers));
  return unsupported(`It names no place. ${plural(handlers.length, "handler")} ${handlers.length === 1 ? "stands" : "stand"} in ${where}; whether that is all that is needed is not settled.`, project.evidenceOf(handlers, 3));
}

/** "Errors are not handled", "the exception is swallowed". */
export function checkMissingHandling(given: Case): Settled {
  const { project, claim, files, places } = given;
  if (files.length === 0 && places.length === 0) return noPlace(given);
  const facts = new RegionFacts(project);
  const swallows = /swallow|silent|ignor|bare except|broad|catch-all|blanket|except:|pass\b/i.test(claim.text);
  const rows = rowsThere(given, swallows ? handlerWeaknesses.filter((id) => id !== 561) : [...handlerWeaknesses.filter((id) => id !== 561), ...claim.weaknesses]);
  const settled = weakByRows(given, { ...rows, rows: rows.rows.filter((row) => row.detector !== "non-exception") });
  if (settled?.verdict === "confirmed") return settled;
  if (places.length === 0) {
    const handlers = files.flatMap((file) => facts.handlersOfFile(file.path));
    return unsupported(`It names no place where an error is not handled. ${plural(handlers.length, "handler")} ${handlers.length === 1 ? "stands" : "stand"} in ${caseWhere(given)}; what is not caught there goes on to the callers.`, project.evidenceOf(handlers, 4));
  }
  const handlers = places.flatMap((place) => facts.handlersAt(place));
  if (handlers.length > 0 && !swallows) return refuted(`A handler stands there: the lines are protected by ${plural(handlers.length, "except clause")}.`, project.evidenceOf(handlers));
  if (handlers.length > 0) return settled ?? unsupported("A handler stands there; nothing is known that it hides.", project.evidenceOf(handlers));
  if (swallows) return refuted(`Nothing is swallowed there: no handler stands at ${caseWhere(given)}.`, project.evidenceOf(places.map(({ path, first }) => ({ path, line: first }))));
  return unprotected(given, facts);
}

/** No handler stands around the lines: then what their callers do decides. */
function unprotected(given: Case, facts: RegionFacts): Settled {
  const { project, claim, places } = given;
  const { program } = project.input;
  const functions = places.flatMap((place) => around(project, place));
  const sites = functions.flatMap((place) => program.callersOf(place.fn.id).map((site) => ({ site: site.call, handlers: handlersAround(given, facts, site.call) })));
  const handled = sites.filter((each) => each.handlers.length > 0);
  if (handled.length > 0) return unsupported(`No handler stands at ${caseWhere(given)}, but ${handled.length} of ${plural(sites.length, "caller")} handle what comes out of it.`, project.evidenceOf(handled.flatMap((each) => each.handlers)));
  const evidence = project.evidenceOf(places.map(({ path, first }) => ({ path, line: first })));
  if (claim.wording === "hedged" || claim.wording === "conditional") return unsupported(`No handler stands at ${caseWhere(given)}; whether an exception comes out of it is not settled.`, evidence);
  return confirmed(`No handler stands around ${caseWhere(given)}, nor around any of ${plural(sites.length, "known caller")}.`, evidence);
}

function handlersAround(given: Case, facts: RegionFacts, call: number): readonly HandlerSpot[] {
  const { ir } = given.project.input.program;
  const fn = ir.functions[ir.blocks.func.data[ir.block.data[call]!]!]!;
  if (ir.blocks.handler.data[ir.block.data[call]!]! < 0 || fn.kind !== "function") return [];
  return facts.handlersOf(given.project.placeOf(fn)).slice(0, 2);
}

/** "Two requests can race here." */
export function checkRace(given: Case): Settled {
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const { project } = given;
  const settled = weakByRows(given, rowsThere(given));
  if (settled !== undefined) {
    if (settled.verdict !== "unsupported" || given.places.length === 0) return settled;
    return settled;
  }
  const isPlace = given.places.length > 0;
  return unsupported(`No check that another request could overtake is known in ${caseWhere(given)}${isPlace ? "" : ", and it names no place"}.`, isPlace ? project.evidenceOf(given.places.map(({ path, first }) => ({ path, line: first }))) : []);
}

/** "This function is never called", "this handler can never run". */
export function checkUnreachable(given: Case): Settled {
  const { project, claim } = given;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const isAboutCalls = /\b(?:called|caller|used|unused|invoked|referenced)\b/i.test(claim.text);
  if (!isAboutCalls || given.functions.length === 0) {
    const there = rowsThere(given, [561, 570, 571]);
    const settled = claim.polarity === "fine" ? fineByRows(given, there) : weakByRows(given, there);
    if (settled !== undefined) return settled;
  }
  if (given.functions.length > 0) return uncalled(given);
  const dead = deadLines(given);
  if (dead.length > 0) return confirmed(`No way through the program leads to ${caseWhere(given)}.`, project.evidenceOf(dead));
  return unsupported(`Nothing in ${caseWhere(given)} is known to be unreachable.`, []);
}

function uncalled(given: Case): Settled {
  const { project, claim } = given;
  const { program } = project.input;
  const callers = given.functions.flatMap((place) => program.callersOf(place.fn.id).filter((site) => isProduct(given, site.call)));
  const entries = given.functions.filter((place) => program.entriesOf(place.fn.id).some((entry) => entry.kind !== "library" && entry.kind !== "test"));
  const sites = callers.map((site) => lineAt(given, site.call));
  const names = given.functions.map((place) => place.qualname).join(", ");
  const claimsCalls = claim.polarity === "fine";
  if (callers.length > 0) return (claimsCalls ? confirmed : refuted)(`${names} has ${plural(callers.length, "caller")} in the product.`, project.evidenceOf(sites));
  if (entries.length > 0) return (claimsCalls ? confirmed : refuted)(`${names} is called from outside: ${program.entriesOf(entries[0]!.fn.id)[0]!.kind} entry.`, project.evidenceOf(entries.map(({ path, first }) => ({ path, line: first }))));
  const mentions = mentionsOf(given);
  if (mentions.length > 0) return unsupported(`No call of ${names} is known; its name stands in ${plural(mentions.length, "other place")}.`, project.evidenceOf(mentions));
  return (claimsCalls ? refuted : confirmed)(`No call of ${names} is known in the product, and its name stands nowhere else.`, project.evidenceOf(given.functions.map(({ path, first }) => ({ path, line: first }))));
}

/** Product lines that hold the name of a function, its own definition aside. */
function mentionsOf(given: Case): readonly { path: string; line: number }[] {
  const { project } = given;
  const names = given.functions.map((place) => place.name);
  const out: { path: string; line: number }[] = [];
  for (const file of project.input.program.files) {
    if (file.role !== "product") continue;
    const text = project.input.sourceText(file.path) ?? "";
    if (!names.some((name) => text.includes(name))) continue;
    project.linesOf(file.path).forEach((line, index) => {
      for (const [word] of line.slice(0, 2_000).matchAll(/[A-Za-z_]\w*/g)) {
        const isDefinition = given.functions.some((place) => place.path === file.path && place.first === index + 1);
        if (names.includes(word) && !isDefinition) out.push({ path: file.path, line: index + 1 });
      }
    });
  }
  return out;
}

function isProduct(given: Case, row: number): boolean {
  const { ir, files } = given.project.input.program;
  return files[ir.modules[functionHolding(given, row).module]!.file]!.role === "product";
}

function functionHolding(given: Case, row: number): FunctionInfo {
  const { ir } = given.project.input.program;
  return ir.functions[ir.blocks.func.data[ir.block.data[row]!]!]!;
}

export function lineAt(given: Case, row: number): { path: string; line: number } {
  const { program } = given.project.input;
  const file = program.files[program.ir.modules[functionHolding(given, row).module]!.file]!;
  return { path: file.path, line: lineOf(file, program.ir.src.data[row]!) };
}

/** Lines of the places all of whose instructions cannot run. */
function deadLines(given: Case): readonly { path: string; line: number }[] {
  const { project, places } = given;
  const { program } = project.input;
  const { ir } = program;
  const out: { path: string; line: number }[] = [];
  for (const place of places) {
    for (const each of around(project, place) as readonly FunctionPlace[]) {
      let [alive, dead] = [0, 0];
      for (let row = each.fn.firstInstr; row < each.fn.endInstr; row++) {
        const { line } = lineAt(given, row);
        const op = ir.op.data[row] as Op;
        if (line < place.first || line > place.last || op === Op.Phi || op === Op.Undef || op === Op.Param) continue;
        if (program.isReachable(ir.block.data[row]!)) alive++;
        else dead++;
      }
      if (dead > 0 && alive === 0) out.push({ path: place.path, line: place.first });
    }
  }
  return out;
}
