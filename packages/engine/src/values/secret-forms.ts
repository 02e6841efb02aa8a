/**
 * Texts whose form alone says that they are secrets: keys and tokens of services that mark theirs, private keys, and passwords in
 * addresses. The forms are those that the services publish for scanners.
 */
import { isPlaceholder } from "./placeholders.ts";

interface SecretForm {
  readonly name: string;
  readonly form: RegExp;
}

const forms: readonly SecretForm[] = [
  { name: "GitHub token", form: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b/ },
  { name: "GitLab token", form: /\b(?:glpat|gldt|glrt|glcbt)-[\w-]{20,}\b/ },
  { name: "Slack token", form: /\bxox[abeoprs]-(?:\d+-)+[A-Za-z0-9]{10,}/ },
  { name: "Slack webhook", form: /hooks\.slack\.com\/services\/T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{20,}/ },
  { name: "Stripe key", form: /\b[rs]k_live_[A-Za-z0-9]{20,}/ },
  { name: "Google key", form: /\bAIza[\w-]{35}(?![\w-])/ },
  { name: "SendGrid key", form: /\bSG\.[\w-]{22}\.[\w-]{43}/ },
  { name: "npm token", form: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { name: "PyPI token", form: /\bpypi-AgE[\w-]{60,}/ },
  { name: "OpenAI key", form: /\bsk-(?:proj-|svcacct-)?[\w-]*T3BlbkFJ[\w-]{20,}/ },
  { name: "Anthropic key", form: /\bsk-ant-[a-z0-9]+-[\w-]{80,}/ },
  { name: "Hugging Face token", form: /\bhf_[A-Za-z]{34}\b/ },
  { name: "Telegram bot token", form: /\b\d{8,10}:AA[\w-]{33}(?![\w-])/ },
  { name: "DigitalOcean token", form: /\bdo[opr]_v1_[a-f0-9]{64}\b/ },
  { name: "Vault token", form: /\bhv[bs]\.[\w-]{24,}/ },
  { name: "private key", form: /-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----\s*(?:[A-Za-z-]+: .*\s+)*[A-Za-z0-9+/=\s]{100,}/ },
];

/** The shortest text that one of the forms matches. */
const lengthMin = 20;
/** Random text of the length of the shortest form has at least this many different characters. */
const distinctMin = 10;

/**
 * What a text is by its form, or "".
 *
 * ```ts
 * secretFormOf("no secret at all"); // => ""
 * ```
 */
export function secretFormOf(text: string): string {
  if (text.length < lengthMin) return "";
  for (const { name, form } of forms) {
    const found = form.exec(text)?.[0];
    if (found !== undefined && looksDrawn(found)) return name;
  }
  return "";
}

/** Holds unless the text is made up: one character again and again, the alphabet, or words that say so. */
function looksDrawn(text: string): boolean {
  return new Set(text).size >= distinctMin && !isPlaceholder(text) && !/(.)\1{5}|0123456|1234567|abcdef01?g?|abcdefg/i.test(text);
}
