/**
 * What values are: names that say so, placeholders, characters, patterns.
 *
 * In: names, literals, the IR.
 * Out: facts about single values.
 * How: small grammars and sparse constant evaluation.
 * Holds: bounded by the size of what is read; nothing is ever executed.
 * Not here: how values flow between functions.
 */
export { isFreeText, isNameText } from "./free-text.ts";
export { isPlaceholder } from "./placeholders.ts";
export { costOfRegex, type Frame, type RegexCall, type RegexCost } from "./regex/cost.ts";
export { plainFlags, type RegexFlags } from "./regex/tree.ts";
export { charactersOfRegex, type Charset, charsetOfRegex, complementOf, firstOfRegex, guardsOfCharset, type RegexUse } from "./regex-charset.ts";
export { secretFormOf } from "./secret-forms.ts";
export { isConnectionName, isPassedOnName, isSecretName, isSecretOptionName, isUnguessableName } from "./secret-names.ts";
export { type ConstantFacts, evaluateConstants } from "./constants.ts";
export type { ConstantOfRead } from "./constant-evaluator.ts";
export { valueFacts } from "./value-facts.ts";
