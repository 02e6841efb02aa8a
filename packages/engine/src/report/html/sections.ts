/** The sections of the page. Main tables stand in the page as they are; long lists are made when they are opened. */
import { compareText } from "../../findings/index.ts";
import { openWords, provenWords, standardViews, type EntryRow, type Finding, type Report } from "../../review/index.ts";
import { blindSpotLines } from "../blind-spots.ts";
import { visible } from "../escape.ts";
import { figure, figures, pillarBecause } from "../written/index.ts";
import { type LazyTable, messageText, pageFindingsMax } from "./data.ts";
import { all, bar, type Child, code, el, type Html, prose, table, verdict } from "./element.ts";

/** A section: what the menu calls it, and what it holds. */
export interface PageSection {
  readonly id: string;
  readonly title: string;
  readonly count: string;
  readonly body: Html;
  /** Tables by name that the section makes when they are opened. */
  readonly tables: Readonly<Record<string, LazyTable>>;
}

const section = (id: string, title: string, count: number | string, body: Html, tables: PageSection["tables"] = {}): PageSection =>
  ({ id, title, count: typeof count === "number" ? figure(count) : count, body, tables });

export const pageSections = (report: Report): readonly PageSection[] => [
  pillars(report), findingSection(report), human(report), proven(report), open(report), access(report), coverage(report), standards(report),
  blind(report), foundations(report),
];

function pillars(report: Report): PageSection {
  const rows = report.pillars.map((pillar): Child[] => [
    all(el("b", {}, pillar.id), ` ${pillar.name}`), verdict(pillar.verdict), figure(pillar.examined), figure(pillar.findings), figure(pillar.questions), figure(pillar.open), figure(pillar.proven),
    bar([["b-find", pillar.findings + pillar.questions], ["b-open", pillar.open], ["b-good", pillar.proven]]), pillarBecause(pillar),
  ]);
  return section("pillars", "Pillars", report.pillars.length, table(["pillar of CWE-1000", "verdict", "sites", "findings", "questions", "open", "proven", "share", "because"], rows, [2, 3, 4, 5, 6], "Verdict of each pillar"));
}

function findingSection(report: Report): PageSection {
  const shown = report.findings.slice(0, pageFindingsMax);
  const rest = report.findings.length - shown.length;
  const tools = el("div", { class: "tools", "data-script": true, hidden: true },
    el("input", { type: "search", id: "filter", placeholder: "Filter: word of a title, path, CWE ( / )", "aria-label": "Filter findings" }),
    el("span", { id: "filter-count", role: "status", class: "sub" }, ""));
  const body = all(
    tools, ...shown.map((finding) => findingBox(report, finding)),
    ...(shown.length === 0 ? [el("p", {}, "E-findings: 0 shown; the table above gives what was examined.")] : []),
    ...(rest > 0 ? [el("p", {}, `E-findings: ${figures(rest, "finding")} left out of this page; the JSON report has all.`)] : []),
  );
  return section("findings", "Findings", report.findings.length, body);
}

function findingBox(report: Report, finding: Finding): Html {
  const rule = report.rules.find((each) => each.id === finding.detector);
  const cwe = finding.cwe.map((id) => `CWE-${id}`).join(", ");
  return el("details", { class: `finding l-${finding.severity}`, id: finding.id, "data-id": finding.id },
    el("summary", {},
      el("span", { class: `sev s-${finding.severity}` }, finding.severity),
      all(el("span", { class: "what" }, finding.title, " ", el("small", {}, `${cwe} · ${finding.id}`))),
      el("span", { class: "msg" }, messageText(finding, rule)),
      el("span", { class: "where" }, code(`${finding.path}:${finding.line}:${finding.column}`), ` in ${finding.function}`)),
    el("div", { class: "body" },
      el("p", {}, "Fix (advice): ", prose(finding.fix)),
      el("ol", {}, ...finding.steps.slice(0, 20).map((step) => el("li", {}, code(`${step.path}:${step.line}`), ` ${step.kind}: ${step.why}`)))));
}

function human(report: Report): PageSection {
  const silenced = report.suppressed.map((each): Child[] => [each.finding.id, each.finding.detector, code(`${each.finding.path}:${each.line}`), each.dialect, each.reason === "" ? "no reason given" : each.reason]);
  const notes = report.suppressionNotes.map((note, index): Child[] => [`E-suppression.${index + 1}`, code(`${note.path}:${note.line}`), note.state, note.message]);
  const body = all(
    ...report.questions.map((question) => findingBox(report, question)),
    ...(silenced.length === 0 ? [] : [el("h3", {}, "Silenced by a comment"), table(["id", "detector", "place", "comment", "reason"], silenced, [], "Silenced findings")]),
    ...(notes.length === 0 ? [] : [el("h3", {}, "Comments that silence nothing, or cannot be read"), table(["id", "place", "state", "what"], notes, [], "Suppression comments")]),
    el("p", {}, report.notShown === 0 ? "E-floor: 0 findings kept back." : `E-floor: ${figures(report.notShown, "finding")} kept back below the precision floor; `, ...(report.notShown === 0 ? [] : [code("--all"), " shows them."])),
  );
  return section("human", "For a human", report.questions.length + silenced.length, body);
}

function proven(report: Report): PageSection {
  const rows = [...report.proofs].filter((proof) => proof.proven > 0)
    .sort((a, b) => Number(b.proven === b.examined) - Number(a.proven === a.examined) || b.proven - a.proven || compareText(a.id, b.id))
    .map((proof): Child[] => [
      proof.id, proof.population, `${figure(proof.proven)} of ${figure(proof.examined)}`, bar([["b-find", proof.violated], ["b-open", proof.open], ["b-good", proof.proven]]),
      proof.byReason.map(({ code: reason, count }) => `${figure(count)} ${provenWords[reason] ?? reason}`).join(", "),
    ]);
  return section("proven", "Proven", rows.length, table(["id", "population", "hold", "share", "because"], rows, [2], "Populations of which members are proven"));
}

/** What stands where no detector speaks of an entry. */
const notCovered = "not covered by this tool";

/** Open rows by what would close them; the blockers of each are made when they are opened. */
function open(report: Report): PageSection {
  const byClose = new Map<string, Report["openGroups"][number][]>();
  for (const group of report.openGroups) {
    const list = byClose.get(group.close);
    if (list === undefined) byClose.set(group.close, [group]);
    else list.push(group);
  }
  const sum = (groups: Report["openGroups"]): number => groups.reduce((total, group) => total + group.count, 0);
  const sorted = [...byClose].sort((a, b) => sum(b[1]) - sum(a[1]) || compareText(a[0], b[0]));
  const tables: Record<string, LazyTable> = {};
  const boxes = sorted.map(([close, groups], index) => {
    tables[`open-${index}`] = {
      head: ["id", "rows", "what stands in the way", "blocker", "detectors", "place"],
      rows: groups.map((group) => [group.id, figure(group.count), openWords[group.code]?.blocker ?? group.code, visible(group.blocker), group.detectors.join(", "), visible(`${group.path}:${group.line}`)]),
    };
    return group(`open-${index}`, all(el("b", {}, figure(sum(groups))), ` closed by ${close}`, el("small", {}, ` · ${figures(groups.length, "blocker")}`)));
  });
  const total = sum(report.openGroups);
  const body = boxes.length === 0 ? el("p", {}, "E-unresolved: 0 open.") : all(el("p", { class: "sub" }, `${figures(total, "row")} of the ledger are neither shown nor refuted. What would settle them, most first:`), ...boxes);
  return section("open", "Open", total, body, tables);
}

const group = (name: string, summary: Html): Html => el("details", { class: "group", "data-table": name }, el("summary", {}, summary), el("div", { class: "lazy" }));

function access(report: Report): PageSection {
  const rows = report.entries;
  const words = ["missing", "question", "covered", "exempt"] as const;
  const tables: Record<string, LazyTable> = {};
  const boxes = words.map((word) => {
    const of = rows.filter((row) => row.verdict === word);
    tables[`access-${word}`] = { head: ["verbs", "route", "handler", "checks", "because", "siblings covered", "place"], rows: of.map(entryCells) };
    return group(`access-${word}`, all(el("b", {}, figure(of.length)), " ", verdict(word), el("small", {}, ` · ${accessWords[word]}`)));
  });
  const body = rows.length === 0 ? el("p", {}, "E-entries: 0 handlers are known.") : all(...boxes);
  return section("access", "Authorisation map", rows.length, body, tables);
}

const accessWords = {
  missing: "nothing checks who calls", question: "a check on some ways only, or one that is not understood", covered: "checked on every way", exempt: "made for everyone, or refuses everyone",
};

const entryCells = (row: EntryRow): readonly string[] => [
  row.verbs.join(" "), visible(row.route), visible(row.handler), row.guards.map((guard) => visible(guard.text)).join(" → "), visible(row.reason),
  row.siblings === undefined ? "" : `${row.siblings.covered} of ${row.siblings.count} in ${visible(row.siblings.group)}`, visible(`${row.path}:${row.line}`),
];

function coverage(report: Report): PageSection {
  const { files, calls, functions, functionsWithoutCaller } = report.coverage;
  const counts = new Map<string, { sites: number; violated: number; open: number; proven: number }>();
  for (const row of report.obligations) {
    let count = counts.get(row.path);
    if (count === undefined) counts.set(row.path, (count = { sites: 0, violated: 0, open: 0, proven: 0 }));
    count.sites++;
    count[row.verdict]++;
  }
  const folders = new Map<string, { path: string; lines: number; followed: boolean }[]>();
  for (const file of files.list) {
    const folder = topFolders(file.path);
    const list = folders.get(folder);
    const entry = { path: file.path, lines: file.lines, followed: file.isFollowed };
    if (list === undefined) folders.set(folder, [entry]);
    else list.push(entry);
  }
  const tables: Record<string, LazyTable> = {};
  const boxes = [...folders].sort((a, b) => compareText(a[0], b[0])).map(([folder, list], index) => {
    const rows = list.map((file) => ({ ...file, ...(counts.get(file.path) ?? { sites: 0, violated: 0, open: 0, proven: 0 }) }));
    const sum = (key: "lines" | "sites" | "violated" | "open" | "proven"): number => rows.reduce((total, row) => total + row[key], 0);
    tables[`files-${index}`] = {
      head: ["file", "lines", "sites", "violated", "open", "proven", "state"],
      rows: rows.map((row) => [visible(row.path), ...[row.lines, row.sites, row.violated, row.open, row.proven].map(figure), row.followed ? "followed" : "parsed, not followed"]),
    };
    return group(`files-${index}`, all(el("b", {}, figure(list.length)), " ", code(folder === "" ? "." : folder), el("small", {}, ` · ${figures(sum("lines"), "line")} · ${figures(sum("sites"), "site")}: ${figure(sum("violated"))} violated, ${figure(sum("open"))} open, ${figure(sum("proven"))} proven`)));
  });
  const facts = table(["id", "what", "figures"], [
    ["E-files", "files", `${figures(files.analysed, "file")}, ${figures(files.lines, "line")}; ${files.partial} in part, ${files.skipped.length} skipped, ${files.testNotFollowed} of tests parsed and not followed`],
    ["E-calls", "calls", `${figure(calls.project)} into the project, ${figure(calls.external)} into libraries, ${figure(calls.builtin)} builtin, ${figure(calls.derived)} on their results, ${figure(calls.unresolved)} unresolved`],
    ["E-entries", "entry points", Object.entries(report.coverage.entries).map(([kind, count]) => `${kind} ${figure(count ?? 0)}`).join(", ") || "0"],
    ["E-uncalled", "functions", `${figure(functionsWithoutCaller)} of ${figure(functions)} have no caller in the program and no entry`],
  ], [], "What was examined");
  const skipped = files.skipped.slice(0, 50).map((each): Child[] => [code(each.path), each.reason]);
  return section("coverage", "Coverage", files.analysed, all(facts, ...(skipped.length === 0 ? [] : [el("h3", {}, "Skipped"), table(["file", "because"], skipped, [], "Skipped files")]), el("h3", {}, "By folder"), ...boxes), tables);
}

/** The two folders that a path begins with. */
const topFolders = (path: string): string => path.split("/").slice(0, -1).slice(0, 2).join("/");

function standards(report: Report): PageSection {
  const views = standardViews(report);
  const parts = views.map((view) => {
    const covered = view.rows.filter((row) => row.verdict !== "not covered").length;
    const rows = view.rows.map((row): Child[] => [
      row.id, all(row.title, ...(row.cwe.length === 1 ? [el("small", {}, ` CWE-${row.cwe[0]}`)] : [])),
      verdict(row.verdict === "not covered" ? notCovered : row.verdict),
      ...[row.examined, row.findings, row.open, row.proven].map((count) => (row.verdict === "not covered" ? "–" : figure(count))),
      row.detectors.length === 0 ? "" : `${figures(row.detectors.length, "detector")}${row.cwe.length > 1 ? `, ${row.coveredCwe} of ${row.cwe.length} weaknesses` : ""}`,
    ]);
    return el("details", { class: "group" }, el("summary", {}, el("b", {}, `${covered} of ${view.rows.length}`), ` ${view.title}`, el("small", {}, " · entries that a detector of this tool speaks of")),
      el("p", { class: "sub" }, `Source: ${view.source}, as of ${view.date}.`),
      table(["#", "entry", "verdict", "sites", "findings", "open", "proven", "detectors"], rows, [3, 4, 5, 6], view.title));
  });
  return section("standards", "Standards", views.length, all(...parts));
}

function blind(report: Report): PageSection {
  const lines = blindSpotLines(report, Number.MAX_SAFE_INTEGER);
  const tables = { blind: { head: ["id", "about", "what", "place"], rows: lines.map((line) => [line.id, visible(line.subject), visible(line.text), visible(line.place)]) } };
  const { frontierTotal, unresolvedTotal } = report.blindSpots;
  const body = lines.length === 0 ? el("p", {}, "E-blind: 0 known.") : all(
    el("p", { class: "sub" }, `${figures(frontierTotal, "library function")} without a model that input comes to or that keep rows open; ${figures(unresolvedTotal, "name")} of calls without a target. Proofs are relative to this list.`),
    group("blind", all(el("b", {}, figure(lines.length)), " lines, what would close most first")));
  return section("blind", "Blind spots", lines.length, body, tables);
}

function foundations(report: Report): PageSection {
  const limits = report.limits.slice(0, 100).map((limit): Child[] => [limit.id, limit.kind, limit.path === "" ? "" : code(limit.line === undefined ? limit.path : `${limit.path}:${limit.line}`), limit.text]);
  const body = all(
    el("ul", { class: "cols" }, ...report.assumptions.map((each) => el("li", {}, el("b", {}, each.id), ` ${each.text}`))),
    el("h3", {}, `Limits (${figure(report.limits.length)})`),
    ...report.incompleteBecause.map((reason, index) => el("p", {}, el("b", {}, `E-incomplete.${index + 1}`), ` ${reason}`)),
    limits.length === 0 ? el("p", {}, "E-limits: 0 recorded.") : table(["id", "kind", "place", "what"], limits, [], "Limits"),
    ...(report.limits.length > limits.length ? [el("p", {}, `E-limits: ${figures(report.limits.length - limits.length, "limit")} more in the JSON report.`)] : []),
  );
  return section("foundations", "Assumptions and limits", report.assumptions.length + report.limits.length, body);
}
