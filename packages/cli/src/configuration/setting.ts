/** What can be set: by a flag, else by the configuration file, else as it stands here. */
import type { PageSource } from "../catalog/user-pages.ts";
import type { ConfiguredSuppression, PublicApi, Severity } from "../engine.ts";

export interface Settings {
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  readonly exclude: readonly string[];
  readonly include: readonly string[];
  readonly severity: Severity;
  readonly failOn: Severity;
  readonly exitZero: boolean;
  readonly allowPartial: boolean;
  readonly all: boolean;
  readonly followTests: boolean;
  readonly gitIgnore: boolean;
  readonly suppressions: boolean;
  readonly maxTargetBytes: number;
  readonly publicApi: PublicApi;
  /** Catalog pages beside those in `.warrant/`. */
  readonly pages: readonly PageSource[];
  /** Findings that were there: its name, and where it lies. */
  readonly baseline: { readonly name: string; readonly file: string } | undefined;
  /** Findings that are silenced where no comment can stand. */
  readonly suppress: readonly ConfiguredSuppression[];
}

export const defaultSettings: Settings = {
  select: [], ignore: [], exclude: [], include: [], severity: "low", failOn: "low", exitZero: false, allowPartial: false,
  all: false, followTests: false, gitIgnore: true, suppressions: true, maxTargetBytes: 5_000_000,
  publicApi: "none", pages: [], baseline: undefined, suppress: [],
};

/** How a key of the configuration file is written, and what it may hold. */
export interface SettingKey {
  readonly key: string;
  readonly name: keyof Settings;
  readonly type: "words" | "severity" | "switch" | "count" | "public-api" | "pages" | "file" | "suppressions";
}

export const settingKeys: readonly SettingKey[] = [
  { key: "select", name: "select", type: "words" },
  { key: "ignore", name: "ignore", type: "words" },
  { key: "exclude", name: "exclude", type: "words" },
  { key: "include", name: "include", type: "words" },
  { key: "severity", name: "severity", type: "severity" },
  { key: "fail-on", name: "failOn", type: "severity" },
  { key: "exit-zero", name: "exitZero", type: "switch" },
  { key: "allow-partial", name: "allowPartial", type: "switch" },
  { key: "all", name: "all", type: "switch" },
  { key: "follow-tests", name: "followTests", type: "switch" },
  { key: "git-ignore", name: "gitIgnore", type: "switch" },
  { key: "suppressions", name: "suppressions", type: "switch" },
  { key: "max-target-bytes", name: "maxTargetBytes", type: "count" },
  { key: "public-api", name: "publicApi", type: "public-api" },
  { key: "pages", name: "pages", type: "pages" },
  { key: "baseline", name: "baseline", type: "file" },
  { key: "suppress", name: "suppress", type: "suppressions" },
];

/** Levels as we name them, and as Semgrep and Bandit do. */
const levels: Readonly<Record<string, Severity>> = {
  low: "low", medium: "medium", high: "high", critical: "critical", info: "low", warning: "medium", error: "high",
};

/** Reads a severity level; `undefined` if it is none. */
export const readSeverity = (text: string): Severity | undefined =>
  Object.hasOwn(levels, text.toLowerCase()) ? levels[text.toLowerCase()] : undefined;

export const severityWords = "low, medium, high or critical";

/** Reads what is declared to be public: a word, or names of modules; `undefined` if it is neither. */
export function readPublicApi(words: readonly string[]): PublicApi | undefined {
  if (words.length === 1 && (words[0] === "none" || words[0] === "exported")) return words[0];
  return words.length > 0 && words.every((word) => /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(word)) ? words : undefined;
}

export const publicApiWords = '"exported", "none" or a list of names of modules';
