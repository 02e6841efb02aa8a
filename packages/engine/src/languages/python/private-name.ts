/** Private names: `__x` inside class C means `_C__x`. */
import type { Interner } from "../../base/index.ts";

const underscore = 95;

/** The name that `name` stands for inside the class named `className` (-1: outside classes). */
export function mangleName(strings: Interner, className: number, name: number): number {
  if (className < 0) return name;
  const text = strings.text(name);
  if (text.charCodeAt(0) !== underscore || text.charCodeAt(1) !== underscore) return name;
  if (text.endsWith("__") || text.includes(".")) return name;
  const owner = strings.text(className).replace(/^_+/, "");
  return owner === "" ? name : strings.intern(`_${owner}${text}`);
}
