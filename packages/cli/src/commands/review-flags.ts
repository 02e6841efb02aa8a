/** The flags of everything that reviews, and the settings that they make. */
import { publicApiWords, readPublicApi, readSeverity, type Settings, severityWords } from "../configuration/setting.ts";
import type { Severity } from "../engine.ts";
import { UsageError } from "../exit.ts";
import type { OutputFlags } from "./outputs.ts";

/** The flags of the command line; `given` names those that stand there. */
export interface ReviewFlags extends OutputFlags {
  readonly severity?: string;
  readonly failOn?: string;
  readonly exitZero?: boolean;
  readonly allowPartial?: boolean;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly exclude?: readonly string[];
  readonly include?: readonly string[];
  readonly all?: boolean;
  readonly publicApi?: readonly string[];
  readonly config?: string;
  readonly followTests?: boolean;
  readonly gitIgnore?: boolean;
  readonly maxTargetBytes?: number;
  readonly ignoreNosec?: boolean;
  readonly ignoreNoqa?: boolean;
  readonly disableNosem?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly cache?: boolean;
  readonly baseline?: string;
  readonly baselineCommit?: string;
  /** Names of all commands. */
  readonly commands: readonly string[];
}

/** Only what stands on the command line; the rest is left to the configuration. */
export function settingsOfFlags(flags: ReviewFlags): Partial<Settings> {
  const settings: { -readonly [Name in keyof Settings]?: Settings[Name] } = {};
  const isGiven = (name: string): boolean => flags.given.has(name);
  if (flags.select !== undefined) settings.select = flags.select;
  if (flags.ignore !== undefined) settings.ignore = flags.ignore;
  if (flags.exclude !== undefined) settings.exclude = flags.exclude;
  if (flags.include !== undefined) settings.include = flags.include;
  if (flags.severity !== undefined) settings.severity = severityOfFlag("--severity", flags.severity);
  if (flags.failOn !== undefined) settings.failOn = severityOfFlag("--fail-on", withoutNew(flags, flags.failOn));
  if (flags.publicApi !== undefined) settings.publicApi = publicApiOfFlag(flags.publicApi);
  if (isGiven("exitZero")) settings.exitZero = true;
  if (isGiven("allowPartial")) settings.allowPartial = true;
  if (isGiven("all")) settings.all = true;
  if (isGiven("followTests")) settings.followTests = true;
  if (isGiven("gitIgnore")) settings.gitIgnore = false;
  if (flags.maxTargetBytes !== undefined) settings.maxTargetBytes = flags.maxTargetBytes;
  if (isGiven("ignoreNosec") || isGiven("ignoreNoqa") || isGiven("disableNosem")) settings.suppressions = false;
  return settings;
}

function publicApiOfFlag(words: readonly string[]): Settings["publicApi"] {
  const api = readPublicApi(words);
  if (api === undefined) throw new UsageError(`--public-api ${words.join(",")}: it must be ${publicApiWords}`);
  return api;
}

/** With a baseline only what is new is told of, and can fail, so that `high:new` is `high`. */
function withoutNew(flags: ReviewFlags, text: string): string {
  if (!text.endsWith(":new")) return text;
  if (flags.baseline === undefined && flags.baselineCommit === undefined) throw new UsageError(`--fail-on ${text}: ":new" needs a baseline; add --baseline FILE or --baseline-commit REF`);
  return text.slice(0, -":new".length);
}

function severityOfFlag(flag: string, text: string): Severity {
  const level = readSeverity(text);
  if (level === undefined) throw new UsageError(`${flag} ${text}: it must be ${severityWords}`);
  return level;
}
