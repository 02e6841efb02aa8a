/** Checks a value against the part of JSON Schema that our published schemas use; gives back what is wrong. */
export type Schema = { readonly [key: string]: unknown };

const known = new Set([
  "$schema",
  "$id",
  "$defs",
  "title",
  "description",
  "type",
  "properties",
  "required",
  "additionalProperties",
  "items",
  "enum",
  "const",
  "pattern",
  "minimum",
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "$ref",
]);

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;

export function violations(root: Schema, value: unknown, schema: Schema = root, at = "$"): string[] {
  for (const key of Object.keys(schema)) if (!known.has(key)) throw new Error(`the checker does not know ${key}`);
  if (typeof schema.$ref === "string") {
    const defs = root.$defs as Readonly<Record<string, Schema>>;
    return violations(root, value, defs[schema.$ref.replace("#/$defs/", "")], at);
  }
  const wrong: string[] = [];
  if (schema.type !== undefined && typeOf(value) !== schema.type) return [`${at}: ${typeOf(value)}, not ${String(schema.type)}`];
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) wrong.push(`${at}: ${String(value)} is not listed`);
  if (schema.const !== undefined && value !== schema.const) wrong.push(`${at}: not ${String(schema.const)}`);
  if (typeof schema.pattern === "string" && !new RegExp(schema.pattern).test(value as string)) wrong.push(`${at}: ${String(value)}`);
  if (typeof value === "string" && typeof schema.minLength === "number" && value.length < schema.minLength) wrong.push(`${at}: too short`);
  if (typeof value === "string" && typeof schema.maxLength === "number" && value.length > schema.maxLength) wrong.push(`${at}: too long`);
  if (typeof schema.minimum === "number" && (value as number) < schema.minimum) wrong.push(`${at}: ${String(value)} too small`);
  if (Array.isArray(value)) {
    if (typeof schema.minItems === "number" && value.length < schema.minItems) wrong.push(`${at}: too few`);
    if (typeof schema.maxItems === "number" && value.length > schema.maxItems) wrong.push(`${at}: too many`);
    value.forEach((item, index) => wrong.push(...violations(root, item, schema.items as Schema, `${at}[${index}]`)));
  } else if (typeOf(value) === "object") {
    const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>;
    const record = value as Readonly<Record<string, unknown>>;
    for (const key of (schema.required ?? []) as string[]) if (!(key in record)) wrong.push(`${at}.${key}: missing`);
    for (const [key, item] of Object.entries(record)) {
      const rule: unknown = Object.hasOwn(properties, key) ? properties[key] : schema.additionalProperties;
      if (rule === false) wrong.push(`${at}.${key}: not in the schema`);
      else if (typeof rule === "object") wrong.push(...violations(root, item, rule as Schema, `${at}.${key}`));
    }
  }
  return wrong;
}
