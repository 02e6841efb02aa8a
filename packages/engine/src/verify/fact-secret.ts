/**
 * A text that a scanner takes for a password.
 *
 * ```text
 * PASSWORD_FIELD = "password"       the name says: about a password        refuted
 * if token_type == "lparen":        one of several words that are compared  refuted
 * {"password": None}                no text                                refuted
 * db = connect(password="s3cr3t")   a row of the ledger                     confirmed
 * ```
 */
import type { Construct } from "../ir/index.ts";
import { isPlaceholder, isSecretName, secretFormOf } from "../values/index.ts";
import type { FactAnswer, FactQuestion } from "./alert-facts.ts";
import { overlaps } from "./alert-site.ts";

type Text = Construct & { readonly kind: "text" };

const secretIds = [259, 798, 321, 547, 1391, 1392];
/** So many different words make a choice out of a comparison. */
const choiceLeast = 3;

export function settleSecret(question: FactQuestion): FactAnswer | undefined {
  const { alert, meaning, rows } = question;
  const isAbout = alert.rule.cwe.some((id) => secretIds.includes(id)) || meaning.detectors.some((each) => each.cwe.some((id) => secretIds.includes(id)));
  if (!isAbout || rows.some((row) => row.verdict === "violated")) return undefined;
  const text = textMeant(question);
  if (text === undefined) return undefined;
  const why = whyNoSecret(question, text);
  const evidence = [question.site.evidenceAt(text.first)];
  if (why !== "") return { verdict: "refuted", reason: why, evidence, notes: [] };
  if (rows.length > 0) return undefined;
  const form = text.text === undefined ? "" : secretFormOf(text.text);
  if (form !== "") return { verdict: "confirmed", reason: `The text has the form of a ${form}.`, evidence, notes: [] };
  const bound = text.bound === "" ? "" : ` under the name ${text.bound}`;
  const what = text.role === "compared" ? `${text.bound || "A value"} is compared with a literal text there` : `A literal text stands there${bound}`;
  return { verdict: "unsupported", evidence, notes: [], reason: `${what}; no call that takes a credential is known to receive it.` };
}

/** The text that the message quotes, or that goes by the name it quotes; else one that goes by the name of a secret. */
function textMeant({ alert, site }: FactQuestion): Text | undefined {
  const texts = site.constructs.filter((each): each is Text => each.kind === "text" && each.role !== "alone");
  const quoted = /['"]([^]*)['"]/.exec(alert.message)?.[1];
  const same = texts.filter((each) => quoted !== undefined && ((each.text ?? "None") === quoted || lastOf(each.bound) === quoted));
  const near = (list: readonly Text[]): readonly Text[] => list.filter((each) => overlaps(each, site.lines));
  const secret = (list: readonly Text[]): Text | undefined => list.find((each) => secretWord.test(lastOf(each.bound)));
  if (same.length === 0) return secret(near(texts)) ?? secret(texts);
  return secret(near(same)) ?? secret(same) ?? near(same)[0] ?? same[0];
}

/** A name in which a scanner would see a secret. */
const secretWord = /pass|pwd|secret|token|key|cred/i;

const lastOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

/** Why a text is no secret; "" if nothing shows that. */
function whyNoSecret(question: FactQuestion, text: Text): string {
  const value = text.text;
  const name = lastOf(text.bound);
  if (value === undefined) return `${text.bound === "" ? "The value" : text.bound} is None there: no text is written down.`;
  if (value === "") return "The text is empty.";
  if (!/[\p{L}\p{N}]/u.test(value)) return "The text has no letter and no digit: it stands in the place of a secret and is none.";
  if (plain(value) === plain(name)) return `The text spells the name ${name}: it is a label.`;
  if (text.role === "compared") {
    const words = comparedWith(question, text);
    if (words.length >= choiceLeast) return `${text.bound} is compared with ${words.length} different words in this file (${words.slice(0, 4).map((word) => `"${word}"`).join(", ")}): it is a choice, and no secret.`;
  }
  if (name !== "" && !isSecretName(name) && !secretHead.test(name)) return `The text goes by the name ${name}, which is not the name of a secret.`;
  if (isPlaceholder(value)) return "The text stands in the place of a secret and is none.";
  return "";
}

/** Names that end with such a word may be of a secret though nobody calls one so elsewhere: `new_pass`. */
const secretHead = /(?:pass|pass_?w(?:or)?d|pwd|pw|secret|token|key|pin|credential)s?_?\d*$/i;

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, "");

function comparedWith({ site, constructsIn }: FactQuestion, text: Text): readonly string[] {
  const all = constructsIn(site.path).filter((each): each is Text => each.kind === "text" && each.role === "compared" && each.bound === text.bound && each.text !== undefined);
  return [...new Set(all.map((each) => each.text!))];
}
