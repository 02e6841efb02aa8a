/** Reads pages of cases: a heading, Python blocks, and one block of expected rows. */

export interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly expected: string;
}

/** Returns the cases of a page that have a block of rows, in their order. */
export function readCases(text: string): Case[] {
  const cases: { title: string; files: Record<string, string>; expected: string | undefined }[] = [];
  const pattern = /^## (.*)$|^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;
  for (const [, title, language, info = "", body = ""] of text.matchAll(pattern)) {
    const last = cases.at(-1);
    if (title !== undefined) cases.push({ title, files: {}, expected: undefined });
    else if (last && language === "python") last.files[/file=(\S+)/.exec(info)?.[1] ?? "main.py"] = body;
    else if (last && language === "obligations") last.expected = body;
  }
  return cases.flatMap(({ title, files, expected }) => (expected === undefined ? [] : [{ title, files, expected }]));
}
