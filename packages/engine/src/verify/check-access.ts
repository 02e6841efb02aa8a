/** Claims about who may do or see what: missing checks of access, and exposure of data. */
import type { EntryAccess } from "../access/index.ts";
import { functionOf } from "../ir/index.ts";
import { functionName } from "../program/index.ts";
import { plural } from "../review/index.ts";
import { reachedFrom } from "./access-reach.ts";
import { around, type Case, caseWhere, confirmed, placesOf, refuted, rowsThere, type Settled, unsupported, weakByRows } from "./case.ts";
import { noPlace } from "./check-flow.ts";
import { lineAt } from "./check-handling.ts";
import { RegionFacts } from "./region-facts.ts";
import { usesOfReturns } from "./return-use.ts";

/** "Anyone can call this", "if the object is forged, permissions are wrong". */
export function checkMissingAccess(given: Case): Settled {
  const { claim, project } = given;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const rows = rowsThere(given);
  const settled = weakByRows(given, rows);
  if (settled !== undefined && (given.places.length > 0 || settled.verdict === "confirmed")) {
    const open = rows.rows.filter((row) => row.verdict === "proven" && row.reason.code === "open-to-all");
    // What is open to all on purpose has no check: that it lacks one is so, and whether it should is a person's to say.
    if (settled.verdict === "refuted" && open.length > 0) return unsupported(`No check stands there. It is taken to be open on purpose: ${open[0]!.reason.text}.`, given.project.evidenceOf(placesOf(open)));
    if (settled.verdict !== "unsupported") return settled;
  }
  const functions = functionsMeant(given);
  const handlers = byHandlers(given, functions);
  const own = handlers.handlers.filter((each) => functions.includes(each.entry.function));
  // A check of who calls is none of whose object it is.
  const isOwnership = claim.weaknesses[0] === 639;
  if (isOwnership) return settled ?? unsupported(`Whether ${caseWhere(given)} compares the owner of what it fetches with the caller is not settled.`, project.evidenceOf(own.flatMap((each) => placesOfHandler(given, each))));
  if (own.length > 0 && given.places.length > 0) return ofHandlers(given, own);
  if (given.places.length > 0 && claim.wording === "conditional") return byReturns(given, functions);
  return settled ?? fromReach(given, handlers.handlers, handlers.isWhole);
}

/** Functions that the claim names, else those around its places, else all of its files. */
function functionsMeant(given: Case): readonly number[] {
  const { project, functions, places, files } = given;
  const inPlaces = functions.filter((each) => places.length === 0 || places.some((place) => place.path === each.path));
  if (inPlaces.length > 0) return inPlaces.map((each) => each.fn.id);
  if (places.length > 0) return [...new Set(places.flatMap((place) => around(project, place).map((each) => each.fn.id)))];
  return files.flatMap((file) => project.shape(file.path).functions.map((each) => each.fn.id));
}

function byHandlers(given: Case, functions: readonly number[]): ReturnType<typeof reachedFrom> {
  return reachedFrom(given.project.input.program, functions);
}

const isOpen = (each: EntryAccess): boolean => each.verdict === "missing" || each.verdict === "question";

/** The functions are handlers themselves: the map says what stands before them. */
function ofHandlers(given: Case, handlers: readonly EntryAccess[]): Settled {
  const { project } = given;
  const missing = handlers.filter((each) => each.verdict === "missing");
  const evidence = project.evidenceOf(handlers.flatMap((each) => placesOfHandler(given, each)));
  if (missing.length > 0) return confirmed(`Nothing checks the caller of ${handlerName(given, missing[0]!)}: ${missing[0]!.reason}.`, evidence);
  const [question] = handlers.filter(isOpen);
  if (question !== undefined) return unsupported(`What stands before ${handlerName(given, question)} is not settled: ${question.reason}.`, evidence);
  const exempt = handlers.find((each) => each.verdict === "exempt");
  if (exempt !== undefined) return unsupported(`No check stands before ${handlerName(given, exempt)}. It is taken to be open on purpose: ${exempt.reason}.`, evidence);
  return refuted(`${plural(handlers.length, "route")} ${handlers.length === 1 ? "leads" : "lead"} there, each with a check before it: ${handlers[0]!.reason}.`, evidence);
}

/** What the functions return decides nobody's access, or it does. */
function byReturns(given: Case, functions: readonly number[]): Settled {
  const { project } = given;
  const { program } = project.input;
  const isProduct = (row: number): boolean => program.files[program.ir.modules[functionOf(program.ir, row).module]!.file]!.role === "product";
  const use = usesOfReturns(program, functions, isProduct);
  const at = (rows: readonly number[]): readonly { path: string; line: number }[] => rows.map((row) => lineAt(given, row));
  if (use.refusals.length > 0 || use.checks.length > 0) {
    return unsupported(`What the code returns takes part in ${plural(use.refusals.length + use.checks.length, "decision")} about access; whether the condition of the claim can come about is not settled.`, project.evidenceOf(at([...use.refusals, ...use.checks])));
  }
  const reads = functions.length > 0 && use.calls.length > 0;
  if (!use.isWhole || !reads) {
    return unsupported(`${plural(use.calls.length, "call")} of it ${use.calls.length === 1 ? "is" : "are"} known; what follows from the condition of the claim is not settled.`, project.evidenceOf(at(use.calls)));
  }
  const takers = [...new Set(use.takenBy.map((each) => each.name.replace(/^\./, "")))].slice(0, 5).join(", ");
  return refuted(`No decision about access depends on what it returns: its ${plural(use.calls.length, "call")} ${use.calls.length === 1 ? "hands" : "hand"} the values to ${takers === "" ? "nothing that is called" : takers}.`, project.evidenceOf(at([...use.calls, ...use.takenBy.map((each) => each.row)])));
}

/** Words that deny every measure at once: many measures refute them, though one handler may lack one. */
const deniesAll = /\b(?:(?:does|do|did|is|are) (?:not|n't)|n't|no|without|lacks?|lacking|absence of|missing)\b.{0,40}\b(?:measures?|mechanisms?|controls?|checks?|safeguards?|protections?|restrictions?|authori[sz]ation|authentication|validation)\b/i;
/** So many of the handlers are checked where they refute that nothing is. */
const checkedShareMin = 0.8;

/** A claim about a whole file: every handler that leads to it is looked at. */
function fromReach(given: Case, handlers: readonly EntryAccess[], isWhole: boolean): Settled {
  const { project } = given;
  const where = caseWhere(given);
  if (handlers.length === 0) return unsupported(`No handler of a request is known from which ${where} is reached.`, []);
  const open = handlers.filter(isOpen);
  const evidence = project.evidenceOf((open.length > 0 ? open : handlers.slice(0, 6)).flatMap((each) => placesOfHandler(given, each)));
  const isDenied = given.claim.wording === "universal" && deniesAll.test(given.claim.text) && isWhole;
  const checked = handlers.filter((each) => each.verdict === "covered");
  if (isDenied && open.length > 0 && checked.length >= handlers.length * checkedShareMin) {
    return refuted(`It says that nothing stands before, and ${checked.length} of ${plural(handlers.length, "handler")} from which ${where} is reached are checked before; of ${open.length} that is not settled: ${open.map((each) => handlerName(given, each)).slice(0, 3).join(", ")}.`, project.evidenceOf([...checked.slice(0, 6), ...open.slice(0, 2)].flatMap((each) => placesOfHandler(given, each).slice(0, 2))));
  }
  if (open.length > 0 || !isWhole) return unsupported(`${handlers.length - open.length} of ${plural(handlers.length, "handler")} from which ${where} is reached ${handlers.length - open.length === 1 ? "is" : "are"} checked before or open on purpose; of ${open.length} that is not settled${open.length > 0 ? `: ${handlerName(given, open[0]!)}` : ""}.`, evidence);
  const covered = checked.length;
  if (covered === 0 || (!isDenied && covered < handlers.length)) return unsupported(`${covered} of ${plural(handlers.length, "handler")} from which ${where} is reached ${covered === 1 ? "is" : "are"} checked before, ${handlers.length - covered} open on purpose.`, evidence);
  return refuted(`Every one of ${plural(handlers.length, "handler")} from which ${where} is reached is settled: ${covered} checked before, ${handlers.length - covered} open on purpose.`, evidence);
}

function placesOfHandler(given: Case, each: EntryAccess): readonly { path: string; line: number }[] {
  const rows = [each.site, ...(each.at >= 0 ? [each.at] : []), ...each.guards.slice(0, 1).map((guard) => guard.at)];
  return rows.filter((row) => row >= 0).map((row) => lineAt(given, row));
}

const handlerName = (given: Case, each: EntryAccess): string => {
  const { ir } = given.project.input.program;
  return `${functionName(ir, ir.functions[each.entry.function]!)}${each.entry.path === "" ? "" : ` (${each.entry.path})`}`;
};

/** "Sensitive data is exposed." In logs and answers the ledger knows; to users, who may ask decides. */
export function checkExposure(given: Case): Settled {
  const { claim, project } = given;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const there = rowsThere(given);
  const settled = weakByRows(given, there);
  if (settled?.verdict === "confirmed") return settled;
  if (given.places.length > 0) {
    if (settled !== undefined && there.tie === "lines") return settled;
    const raises = given.places.flatMap((place) => new RegionFacts(project).raises(place));
    const about = raises.length > 0 ? `The lines raise exceptions; who sees their text is decided by what catches them.` : `No value goes to a log, an answer or an error there, as far as is known.`;
    return unsupported(about, project.evidenceOf(raises.length > 0 ? raises : given.places.map(({ path, first }) => ({ path, line: first }))));
  }
  const isAboutUsers = /unauthori|unauthenticat|access control|authori[sz]|users?\b|actors?\b|attackers?/i.test(claim.text);
  const open = there.rows.filter((row) => row.verdict !== "proven");
  if (!isAboutUsers) return settled ?? unsupported(`No value of ${caseWhere(given)} is known to go to a log, an answer or an error.`, []);
  const reach = byHandlers(given, functionsMeant(given));
  const byReach = fromReach(given, reach.handlers, reach.isWhole);
  if (byReach.verdict !== "refuted") return byReach;
  const proven = there.rows.length - open.length;
  const logs = there.rows.length === 0 ? "" : ` Of ${plural(there.rows.length, "place")} that could tell a secret ${proven} ${proven === 1 ? "is" : "are"} proven${open.length > 0 ? ` and ${open.length} open` : ""}.`;
  return { ...byReach, reason: `${byReach.reason}${logs}`, evidence: [...byReach.evidence, ...project.evidenceOf(placesOf(there.rows), 2)] };
}
