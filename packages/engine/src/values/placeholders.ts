/** Text that stands where a secret will be put, and is none itself. */

const placeholder = /^(?:<.*>|\[.*\]|\{.*\}|\$\{?.*\}?|%\(?.*\)?s?|\.\.\.+|\*+|x+|X+|-+|_+|\?+)$|change[-_ ]?(?:me|it|this)|your[-_ ]|example|placeholder|dummy|fake|todo|fixme|redacted|^(?:none|null|true|false|test|secret_key|password|passwd|secret|token|key|default|string|value|unset|empty|na|n\/a|foo|bar|baz|user|username|name)$/i;

/** Holds if a text is a placeholder: `<password>`, `changeme`, `${TOKEN}`, `xxx`. */
export function isPlaceholder(text: string): boolean {
  return placeholder.test(text.trim());
}
