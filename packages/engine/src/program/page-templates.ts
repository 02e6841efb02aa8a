/**
 * The page templates of a project, read as data: what they print, and with what care.
 *
 * Only the two marks that Jinja, Django and their relatives share are read: `{{ what | filters }}` and `{% statement %}`.
 * A template is never compiled. Files of other engines are told by their own marks and left alone.
 */

/** A place of a template that prints a value. */
export interface TemplatePrint {
  /** 1-based. */
  readonly line: number;
  /** The value: a variable and what is read from it (`user.bio` is `["user", "bio"]`). */
  readonly path: readonly string[];
  readonly filters: readonly string[];
  /** It stands where the template itself switches escaping off: `{% autoescape off %}`, `{{! x }}`. */
  readonly isRaw: boolean;
}

export interface PageTemplate {
  readonly path: string;
  /** Whose marks it bears; `either` if nothing tells Jinja and Django apart. */
  readonly engine: "jinja" | "django" | "tornado" | "either";
  /** Escaping is switched on by the template itself. */
  readonly escapes: boolean;
  readonly prints: readonly TemplatePrint[];
  /** Names of templates that it includes or extends. */
  readonly uses: readonly string[];
}

/** Templates read of one project, and prints kept of one template. */
const templatesMax = 5000;
const printsMax = 500;

const pageName = /\.(?:x?html?)(?:\.(?:j2|jinja2?|tmpl|tpl))?$/i;
const templateName = /\.(?:j2|jinja2?|tmpl|tpl)$/i;
/** `graph.dot.j2`: a template of something else, whatever tags it writes. */
const otherName = /\.[a-z]\w{0,7}\.(?:j2|jinja2?|tmpl|tpl)$/i;
const pageText = /<(?:!doctype\s+html|html|head|body|div|table|h[1-6])[\s>]/i;

/** Reads those of the files that are templates of pages, in the order of their paths. */
export function readPageTemplates(files: Readonly<Record<string, string>>): readonly PageTemplate[] {
  const out: PageTemplate[] = [];
  for (const path of Object.keys(files).sort()) {
    const text = files[path]!;
    if (out.length >= templatesMax) break;
    if (!/\{[{%]/.test(text)) continue;
    if (pageName.test(path) || (templateName.test(path) && !otherName.test(path) && pageText.test(text))) out.push(readTemplate(path, text));
  }
  return out;
}

const mark = /\{#[\s\S]*?#\}|\{%-?\s*([\s\S]*?)\s*-?%\}|\{\{([\s\S]*?)\}\}|\n/g;
const filterOf = /^\s*([A-Za-z_]\w*)/;
const subject = /^([A-Za-z_]\w*)((?:\.\w+|\[\s*(?:"\w+"|'\w+')\s*\])*)$/;

/** Reads one template; for a template that stands in the code, the path says where. */
export function readTemplate(path: string, text: string): PageTemplate {
  const prints: TemplatePrint[] = [];
  const uses: string[] = [];
  const words = new Set<string>();
  let line = 1;
  let escapes = false;
  let verbatim = "";
  const raw: boolean[] = [];
  for (const match of text.matchAll(mark)) {
    const [whole, statement, print] = match;
    if (statement !== undefined) {
      const [word = "", argument = ""] = statement.split(/\s+/, 2);
      if (verbatim !== "") {
        if (word === verbatim) verbatim = "";
      } else {
        words.add(word);
        if (word === "raw" && argument !== "") prints.push(...rawPrint(statement, line));
        else if (word === "raw" || word === "verbatim" || word === "comment") verbatim = `end${word}`;
        else if (word === "autoescape") raw.push(/^(?:off|false|None)$/i.test(argument));
        else if (word === "endautoescape") raw.pop();
        else if (word === "include" || word === "extends" || word === "import" || word === "from") uses.push(...namesIn(statement));
        if (word === "autoescape" && !raw.at(-1)) escapes = true;
      }
    } else if (print !== undefined && verbatim === "" && prints.length < printsMax) {
      const isRaw = raw.at(-1) === true || print.startsWith("!");
      const one = readPrint(print.replace(/^[!-]|-$/g, ""), line, isRaw);
      if (one) prints.push(one);
    }
    for (const char of whole) if (char === "\n") line++;
  }
  return { path, engine: engineOf(words), escapes, prints, uses };
}

/** `{% raw text %}` of Tornado prints a value without escaping. */
function rawPrint(statement: string, line: number): TemplatePrint[] {
  const one = readPrint(statement.slice("raw".length), line, true);
  return one ? [one] : [];
}

const namesIn = (statement: string): string[] => [...statement.matchAll(/["']([^"']+\.\w+)["']/g)].map((match) => match[1]!);

function readPrint(text: string, line: number, isRaw: boolean): TemplatePrint | undefined {
  const [value = "", ...rest] = text.split("|");
  const found = subject.exec(value.trim());
  if (!found || /^(?:true|false|none)$/i.test(found[1]!)) return undefined;
  const steps = [...found[2]!.matchAll(/\w+/g)].map((match) => match[0]);
  const filters = rest.map((filter) => filterOf.exec(filter)?.[1] ?? "");
  return { line, path: [found[1]!, ...steps], filters, isRaw };
}

const djangoWords = ["load", "csrf_token", "url", "trans", "translate", "blocktrans", "blocktranslate", "static", "endblocktrans", "ifequal"];
const jinjaWords = ["macro", "set", "call", "endcall", "elif", "import", "from", "do"];

function engineOf(words: ReadonlySet<string>): PageTemplate["engine"] {
  if (words.has("end")) return "tornado";
  if (djangoWords.some((word) => words.has(word))) return "django";
  return jinjaWords.some((word) => words.has(word)) ? "jinja" : "either";
}
