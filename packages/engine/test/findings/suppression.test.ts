import { expect, test } from "vitest";
import { readSuppressions } from "../../src/findings/index.ts";
import { appText, commentsOf, sampleReport, type SampleOptions } from "../report/sample.ts";

const read = (comment: string) =>
  readSuppressions(comment).map((each) => `${each.dialect} [${each.selectors.join(",")}] ${each.reason}`.trim());

test.each([
  ["# nosec", ["nosec []"]],
  ["# nosec B608", ["nosec [B608]"]],
  ["#nosec: B608, B602", ["nosec [B608,B602]"]],
  ["# nosec B608 - ids are fixed", ["nosec [B608] ids are fixed"]],
  ["# nosec B608 # ids are fixed", ["nosec [B608] ids are fixed"]],
  ["# nosec because we say so", ["nosec [] because we say so"]],
  ["# nosec hardcoded_sql_expressions", ["nosec [hardcoded_sql_expressions]"]],
  ["# noqa: S608", ["noqa [S608]"]],
  ["# noqa: E501,S608", ["noqa [S608]"]],
  ["# noqa", []],
  ["# noqa: E501", []],
  ["# NOQA:S608 ids are fixed", ["noqa [S608] ids are fixed"]],
  ["# ruff: ignore[S608]", ["ruff [S608]"]],
  ["# nosemgrep", ["nosemgrep []"]],
  ["# nosemgrep: a.b.sql-injection, c.d", ["nosemgrep [a.b.sql-injection,c.d]"]],
  ["# lgtm[py/sql-injection]", ["lgtm [py/sql-injection]"]],
  ["# lgtm", []],
  ["# codeql[py/sql-injection] fixed list", ["codeql [py/sql-injection] fixed list"]],
  ["# noqa: S608  # nosec B608", ["noqa [S608]", "nosec [B608]"]],
  ["# warrant: ignore[CWE-89] -- the ids are ours", ["warrant [CWE-89] the ids are ours"]],
  ["# this needs nosec some day", []],
  ["# nosecret", []],
])("%s", (comment, expected) => {
  expect(read(comment)).toEqual(expected);
});

test("ours says what is malformed", () => {
  const malformed = (comment: string): string => readSuppressions(comment)[0].malformed;
  expect(malformed("# warrant: ignore[CWE-89]")).toContain("no reason");
  expect(malformed("# warrant: ignore[] -- why")).toContain("names no rule");
  expect(malformed("# warrant: ignore CWE-89")).toContain("warrant: ignore[ID]");
  expect(malformed("# warrant: ignore[CWE-89] -- why (until=soon)")).toContain("until");
  const whole = readSuppressions("# warrant: ignore[CWE-89] -- why (until=2027-01-31)")[0];
  expect(whole).toMatchObject({ malformed: "", until: "2027-01-31", reason: "why" });
});

const sink = "db.execute(query)";

function withComment(comment: string, given: Partial<SampleOptions> = {}, place: "end" | "above" = "end") {
  const text =
    place === "end" ? appText.replace(sink, `${sink}  ${comment}`) : appText.replace(`    ${sink}`, `    ${comment}\n\n    ${sink}`);
  return sampleReport({ text, comments: [commentsOf(text)], ...given });
}

test.each([
  "# nosec",
  "# nosec B608",
  "# noqa: S608",
  "# nosemgrep",
  "# lgtm[py/sql-injection]",
  "# codeql[py/sql-injection]",
  "# warrant: ignore[CWE-89] -- the ids are ours",
  "# warrant: ignore[sql-injection] -- the ids are ours",
])("%s silences the finding of its line and is listed", (comment) => {
  const report = withComment(comment);
  expect(report.findings).toEqual([]);
  expect(report.suppressed.map((each) => each.finding.detector)).toEqual(["sql-injection"]);
  expect(report.pillars.find((pillar) => pillar.cwe === 707)).toMatchObject({ verdict: "open", findings: 0, suppressed: 1 });
});

test.each(["# nosec B602", "# noqa", "# noqa: S602", "# nosemgrep: a.other", "# codeql[py/xxe]", "# warrant: ignore[CWE-78] -- no"])(
  "%s silences nothing here",
  (comment) => {
    expect(withComment(comment).findings.length).toBe(1);
  },
);

test("some dialects may stand above the statement", () => {
  expect(withComment("# nosemgrep", {}, "above").findings).toEqual([]);
  expect(withComment("# warrant: ignore[CWE-89] -- ours", {}, "above").findings).toEqual([]);
  expect(withComment("# nosec", {}, "above").findings.length).toBe(1);
});

test("the line that closes the brackets belongs to the statement", () => {
  const text = appText.replace(sink, `x = (\n        ${sink},  # one\n    )  # nosec\n    y = 1`);
  expect(sampleReport({ text, comments: [commentsOf(text)] }).findings).toEqual([]);
  const after = appText.replace(sink, `${sink}\n    y = 1  # nosec`);
  expect(sampleReport({ text: after, comments: [commentsOf(after)] }).findings.length).toBe(1);
});

test("the statement is the logical line when the front end gives it", () => {
  const text = appText.replace(sink, `${sink}; (\n    None)  # nosec`);
  const start = text.indexOf(sink);
  const statements = [start, text.indexOf("None)") + 5];
  expect(sampleReport({ text, comments: [commentsOf(text)] }).findings.length).toBe(1);
  expect(sampleReport({ text, comments: [{ ...commentsOf(text), statements }] }).findings).toEqual([]);
});

test("unused, expired, malformed and change-added ones are told", () => {
  const notes = (comment: string, given: Partial<SampleOptions> = {}) =>
    withComment(comment, given).suppressionNotes.map((note) => `${note.line} ${note.state}`);
  expect(notes("# warrant: ignore[CWE-328] -- no")).toEqual(["6 unused"]);
  expect(notes("# nosec B101")).toEqual([]);
  expect(notes("# nosec B303")).toEqual(["6 unused"]);
  expect(notes("# warrant: ignore[CWE-89]")).toEqual(["6 malformed"]);
  const ours = "# warrant: ignore[CWE-89] -- ours (until=2026-01-31)";
  expect(notes(ours, { options: { today: "2026-11-21" } })).toEqual(["6 expired"]);
  expect(notes(ours, { options: { today: "2026-01-31" } })).toEqual([]);
  expect(notes("# nosec", { options: { isAdded: () => true } })).toEqual(["6 added"]);
  expect(notes("# nosec B608", { options: { isAdded: () => true } })).toEqual(["6 added"]);
  expect(withComment("# nosec", { options: { isAdded: () => true } }).findings.length).toBe(1);
});

test("an audit shows what comments silence", () => {
  const report = withComment("# nosec B608", { options: { honourSuppressions: false } });
  expect(report.findings.length).toBe(1);
  expect(report.suppressed).toEqual([]);
});

test("a reason of ours may hold a mark, and the other dialects end it", () => {
  expect(readSuppressions("# warrant: ignore[CWE-89] -- see #12 (until=2027-01-31)")).toMatchObject([{ reason: "see #12", until: "2027-01-31", malformed: "" }]);
  expect(read("# warrant: ignore[CWE-89] -- ours  # nosec B608 # theirs")).toEqual(["warrant [CWE-89] ours", "nosec [B608] theirs"]);
});

test.each([
  ["# NOSONAR", ["nosonar []"]],
  ["# nosonar", []],
  ["# NOSONAR(python:S2077) reason", ["nosonar [python:S2077] reason"]],
  ["# skipcq: BAN-B608, PYL-W0123", ["skipcq [B608]"]],
  ["# skipcq: PYL-W0123", []],
  ["# ruff: file-ignore[S608]", ["ruff [S608]"]],
  ["# ruff: noqa: S608", ["noqa [S608]"]],
  ["# ruff: noqa", []],
  ["# ruff: disable[E501]", []],
])("%s", (comment, expected) => {
  expect(read(comment)).toEqual(expected);
});

const around = (before: string, after: string) => {
  const text = appText.replace(`    ${sink}`, `${before}    ${sink}${after}`);
  return sampleReport({ text, comments: [commentsOf(text)] });
};

test("a range silences what lies in it: up to its end, else to the end of the block", () => {
  expect(around("    # ruff: disable[S608]\n", "\n    # ruff: enable[S608]").findings).toEqual([]);
  expect(around("    # ruff: disable[S608]\n", "").findings).toEqual([]);
  expect(around("    # ruff: disable[S608]\n    # ruff: enable[S608]\n", "").findings).toHaveLength(1);
  expect(around("    # ruff: disable[S602]\n", "").findings).toHaveLength(1);
  expect(around("    if db:\n        # ruff: disable[S608]\n        pass\n", "").findings).toHaveLength(1);
  const late = appText.replace(sink, `${sink}\n    # ruff: disable[S608]`);
  expect(sampleReport({ text: late, comments: [commentsOf(late)] }).findings).toHaveLength(1);
});

test("a comment about the file silences all of it", () => {
  for (const comment of ["# ruff: file-ignore[S608]", "# ruff: noqa: S608", "# flake8: noqa: S608"]) {
    const text = `${appText}\n${comment}\n`;
    expect(sampleReport({ text, comments: [commentsOf(text)] }).suppressed, comment).toHaveLength(1);
  }
});

test("marks about quality that name nothing do not silence what is severe", () => {
  expect(withComment("# NOSONAR").findings).toHaveLength(1);
  expect(withComment("# skipcq").findings).toHaveLength(1);
  expect(withComment("# skipcq: BAN-B608").findings).toEqual([]);
});

test("the configuration silences a finding by its id, until a day", () => {
  const { id } = sampleReport().findings[0];
  const entry = { id, reason: "fixed list", until: "2026-12-31", path: "warrant.toml", line: 3 };
  const on = (today: string, suppressions = [entry]) => sampleReport({ options: { suppressions, today } });
  expect(on("2026-12-31").suppressed).toMatchObject([{ dialect: "configuration", path: "warrant.toml", line: 3, reason: "fixed list" }]);
  expect(on("2026-12-31").suppressionNotes).toEqual([]);
  expect(on("2027-01-01").findings).toHaveLength(1);
  expect(on("2027-01-01").suppressionNotes).toMatchObject([{ path: "warrant.toml", line: 3, state: "expired" }]);
  expect(on("", [{ ...entry, id: "F-00000000" }]).suppressionNotes).toMatchObject([{ state: "unused", dialect: "configuration" }]);
});

test("a comment about a rule that did not run is not called unused", () => {
  const text = appText.replace(sink, `${sink}  # nosec B608`);
  const report = sampleReport({ text, comments: [commentsOf(text)], options: { ignore: ["sql-injection"] } });
  expect(report.suppressionNotes).toEqual([]);
});
