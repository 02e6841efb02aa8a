/** Claims that the text of the project settles: quoted code, marked comments, what a function names and in which order it does it. */
import { Dominators, testsAbove } from "../flow/index.ts";
import { Op } from "../ir/index.ts";
import { plural } from "../review/index.ts";
import { markedComments } from "./anchor.ts";
import { around, type Case, caseWhere, confirmed, refuted, scopeOf, type Settled, unsupported } from "./case.ts";
import { noPlace } from "./check-flow.ts";
import { lineAt } from "./check-handling.ts";
import type { FunctionPlace } from "./project.ts";
import { RegionFacts } from "./region-facts.ts";

/** Code that the review quotes stands in the project. */
export function checkQuote(given: Case): Settled {
  const { anchored, project } = given;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const quoted = anchored.anchors.filter((anchor) => anchor.how === "quote" || anchor.how === "line");
  const isFound = quoted.length > 0 && quotesStand(given);
  if (isFound) return confirmed("The quoted code stands there.", project.evidenceOf(quoted.map(({ path, first }) => ({ path, line: first }))));
  return refuted(`The quoted code does not stand in ${given.files.map((file) => file.path).join(", ") || caseWhere(given)}.`, project.evidenceOf(scopeOf(given).map(({ path, first }) => ({ path, line: first }))));
}

/** Holds if the first line of each quotation that is long enough stands in one of the places. */
function quotesStand(given: Case): boolean {
  const quotes = given.claim.cited.flatMap((each) => (each.kind === "quote" ? [each.code] : []));
  return quotes.length > 0 && quotes.every((code) => scopeOf(given).some((region) => given.project.quoteStandsIn(region, code)));
}

/** "There are TODO comments." */
export function checkCommentMarker(given: Case): Settled {
  const { claim, project } = given;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const all = given.files.flatMap((file) => markedComments(project, file.path));
  const there = given.places.length === 0 ? all : all.filter((each) => given.places.some((place) => place.path === each.path && place.first <= each.last && each.first <= place.last));
  const isAsserted = claim.polarity === "weak";
  const said = /\b(\d{1,4}) (?:\w+ )?(?:todo|fixme|hack|xxx)/i.exec(claim.text)?.[1];
  if (isAsserted && said !== undefined && Number(said) !== there.length && claim.cited.every((each) => each.kind !== "lines")) {
    return refuted(`${there.length === 0 ? "No" : there.length} marked ${there.length === 1 ? "comment stands" : "comments stand"} there, and not ${said}.`, project.evidenceOf(there.map(({ path, first }) => ({ path, line: first }))));
  }
  if (there.length > 0) {
    return (isAsserted ? confirmed : refuted)(`${plural(there.length, "marked comment")} ${there.length === 1 ? "stands" : "stand"} there.`, project.evidenceOf(there.map(({ path, first }) => ({ path, line: first }))));
  }
  const elsewhere = all.length === 0 ? "" : ` ${plural(all.length, "marked comment")} ${all.length === 1 ? "stands" : "stand"} elsewhere in the file.`;
  return (isAsserted ? refuted : confirmed)(`No comment in ${caseWhere(given)} is marked TODO, FIXME, XXX or HACK.${elsewhere}`, project.evidenceOf(all.length > 0 ? all.map(({ path, first }) => ({ path, line: first })) : scopeOf(given).map(({ path, first }) => ({ path, line: first }))));
}

/** Verbs by which a claim says no more than that one part of the code names another. */
const names = /\b(?:depends? on|depending on|rel(?:y|ies) on|uses?|using|takes?|accepts?|calls?|contains?|defines?|has|have|interacts? with|imports?|reads?|invokes?|works? with|operates? on|handles?|receives?|expects?)\b/i;
const checksBefore = /\b(?:not|n't|without)\b.{0,30}\b(?:check|verify|test|confirm|look|validat)/i;

/** How the code is made: functions and the names in them, statements without a test before. */
export function checkStructure(given: Case): Settled {
  const { claim, project } = given;
  const unknown = unknownFunctions(given);
  if (given.files.length === 0 && given.places.length === 0 && given.functions.length === 0) return noPlace(given);
  if (claim.polarity === "weak" && checksBefore.test(claim.text)) return checkUntested(given);
  if (given.functions.length === 0) {
    if (unknown.length > 0) return refuted(`The project has no function ${unknown.join(", ")}, and no line of ${caseWhere(given)} holds the name.`, project.evidenceOf(scopeOf(given).map(({ path, first }) => ({ path, line: first }))));
    return unsupported("It says nothing of the code that could be looked up.", []);
  }
  const evidence = project.evidenceOf(given.functions.map(({ path, first }) => ({ path, line: first })));
  if (unknown.length > 0) return unsupported(`${given.functions.map((each) => each.qualname).join(", ")} stand${given.functions.length === 1 ? "s" : ""} there; the project has no ${unknown.join(", ")}.`, evidence);
  const lines = claim.cited.some((each) => each.kind === "lines");
  const identifiers = claim.cited.flatMap((each) => (each.kind === "identifier" && !given.functions.some((fn) => fn.name === each.name) ? [each.name] : []));
  const isPlaceOnly = lines && !names.test(claim.text.replace(/^[^:(]*\b(?:usage|use) of\b/i, ""));
  if (isPlaceOnly) return placeOnly(given);
  if (!names.test(claim.text) || identifiers.length === 0) return unsupported(`${given.functions.map((each) => each.qualname).join(", ")} exist${given.functions.length === 1 ? "s" : ""}; what else is said of ${given.functions.length === 1 ? "it" : "them"} is not settled.`, evidence);
  const found = identifiers.map((name) => ({ name, at: given.functions.map((place) => lineWith(given, place, name)) }));
  const lacking = found.filter((each) => each.at.every((line) => line === 0)).map((each) => each.name);
  if (lacking.length > 0) return unsupported(`No function that it names holds ${lacking.join(", ")}.`, evidence);
  const at = found.flatMap((each) => each.at.flatMap((line, index) => (line === 0 ? [] : [{ path: given.functions[index]!.path, line }])));
  return confirmed(`${given.functions.map((each) => each.qualname).join(", ")} name${given.functions.length === 1 ? "s" : ""} ${identifiers.join(", ")}.`, project.evidenceOf([...given.functions.map(({ path, first }) => ({ path, line: first })), ...at]));
}

/** The title of an item: the functions that it is about stand at the lines that it gives. */
function placeOnly(given: Case): Settled {
  const { project, functions, places } = given;
  const inside = functions.filter((each) => places.some((place) => place.path === each.path && each.from <= place.last && place.first <= each.last));
  const evidence = project.evidenceOf(functions.map(({ path, first }) => ({ path, line: first })));
  const list = functions.map((each) => `${each.qualname} at ${each.first}-${each.last}`).join(", ");
  return inside.length === functions.length ? confirmed(`They stand there: ${list}.`, evidence) : unsupported(`Not all stand at these lines: ${list}.`, evidence);
}

function lineWith(given: Case, place: FunctionPlace, name: string): number {
  const lines = given.project.linesOf(place.path);
  const wanted = name.slice(name.lastIndexOf(".") + 1);
  for (let line = place.first; line <= place.last; line++) {
    for (const [word] of (lines[line - 1] ?? "").slice(0, 2_000).matchAll(/[A-Za-z_]\w*/g)) if (word === wanted) return line;
  }
  return 0;
}

/** Names written as functions that neither the project defines nor the files hold. */
function unknownFunctions(given: Case): readonly string[] {
  const { claim, project } = given;
  const words = new Set(given.files.flatMap((file) => (project.input.sourceText(file.path) ?? "").match(/[A-Za-z_]\w*/g) ?? []));
  if (given.files.length === 0) return [];
  return [...new Set(claim.cited.flatMap((each) => (each.kind === "function" ? [each.name] : [])))].filter((name) => {
    const last = name.slice(name.lastIndexOf(".") + 1);
    return project.functionsNamed(last).length === 0 && !words.has(last);
  });
}

/** Verbs of a claim and calls that do what they say. */
const doing: readonly (readonly [RegExp, RegExp])[] = [
  [/\bdelet|\bremov|\bdestroy|\bdrop/i, /(?:^|[._])(?:delete|remove|destroy|drop|unlink|rmtree|rmdir|purge|pop|discard)\w*$/i],
  [/\binsert|\bcreat|\badd/i, /(?:^|[._])(?:insert|create|add|save|put|append)\w*$/i],
  [/\bupdat|\bmodif|\bchang|\bset/i, /(?:^|[._])(?:update|modify|set|save|replace|patch)\w*$/i],
  [/\bwrit|\bstor/i, /(?:^|[._])(?:write|store|save|dump|put)\w*$/i],
  [/\bopen|\bread/i, /(?:^|[._])(?:open|read|load|get)\w*$/i],
  [/\bsend|\bcall|\brequest/i, /(?:^|[._])(?:send|call|request|get|post|cast|publish)\w*$/i],
];

/** "The deletes do not look for the row first": no test stands before the statements. */
function checkUntested(given: Case): Settled {
  const { claim, project } = given;
  if (given.places.length === 0) return unsupported("It names no place.", []);
  const meant = doing.filter(([word]) => word.test(claim.text)).map(([, call]) => call);
  const facts = new RegionFacts(project);
  const calls = given.places.flatMap((place) => facts.calls(place)).filter((call) => meant.some((pattern) => pattern.test(call.name)));
  if (calls.length === 0) return unsupported(`No call that does what the claim speaks of stands at ${caseWhere(given)}.`, []);
  const { program } = project.input;
  const { ir } = program;
  const tested: { path: string; line: number }[] = [];
  for (const call of calls) {
    const holder = given.places.flatMap((place) => around(project, place)).find((each) => each.path === call.path && each.fn.firstInstr <= call.row && call.row < each.fn.endInstr);
    if (holder === undefined) continue;
    const tests = testsAbove(ir, new Dominators(ir, holder.fn, () => true), ir.block.data[call.row]!);
    tested.push(...tests.filter((test) => ir.op.data[test.condition] !== Op.Const).map((test) => lineAt(given, test.condition)));
  }
  if (tested.length > 0) return refuted(`A test decides whether ${calls[0]!.name} is reached.`, project.evidenceOf([...tested, ...calls]));
  return confirmed(`No test stands before ${calls.length === 1 ? "the call" : `the ${calls.length} calls`} of ${[...new Set(calls.map((call) => call.name))].join(", ")} there.`, project.evidenceOf(calls));
}

/** What no kind of claim fits: its places are told, and that is all. */
export function checkFree(given: Case): Settled {
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  return unsupported(given.claim.wording === "stated" ? "It says nothing that the ledger or the text of the project settles." : "It says what might be, and nothing that could be looked up.", []);
}
