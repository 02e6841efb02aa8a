/** Text literals: what Python's formatting, slicing and pure `str` methods make of them. `undefined`: not known. */
import type { ConstantValue } from "../ir/index.ts";

/** Length of a text result. */
export const textLengthMax = 10_000;

type Text = ConstantValue & { readonly type: "str" | "bytes" };
type Maybe = ConstantValue | undefined;

export const isText = (value: ConstantValue): value is Text => value.type === "str" || value.type === "bytes";

function makeText(type: "str" | "bytes", value: string): Maybe {
  return value.length <= textLengthMax ? { type, value } : undefined;
}

/** Holds if UTF-16 units are code points, so that positions and order are Python's. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xe000) return false;
  }
  return true;
}

export function concatenate(left: Text, right: ConstantValue): Maybe {
  return left.type === right.type ? makeText(left.type, left.value + (right as Text).value) : undefined;
}

export function repeatText(text: Text, times: bigint | undefined): Maybe {
  if (times === undefined) return undefined;
  const count = times < 0n ? 0 : Number(times);
  return text.value.length * count <= textLengthMax ? makeText(text.type, text.value.repeat(count)) : undefined;
}

export function textContains(text: ConstantValue, part: ConstantValue): boolean | undefined {
  return isText(text) && text.type === part.type ? text.value.includes((part as Text).value) : undefined;
}

export const textLength = (text: Text): number => (isPlain(text.value) ? text.value.length : [...text.value].length);

/** `text[index]`. */
export function textAt(text: Text, index: number): Maybe {
  const points = isPlain(text.value) ? text.value : [...text.value];
  const at = index < 0 ? index + points.length : index;
  const point = at < 0 ? undefined : points[at];
  if (point === undefined) return undefined;
  return text.type === "bytes" ? { type: "int", value: point.charCodeAt(0) } : { type: "str", value: point };
}

/** `text[lower:upper:step]`, each part a number or undefined for none. */
export function textSlice(text: Text, lower: number | undefined, upper: number | undefined, step: number | undefined): Maybe {
  const points = [...text.value];
  const size = points.length;
  const stride = step ?? 1;
  if (stride === 0) return undefined;
  const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value < 0 ? value + size : value));
  const out: string[] = [];
  if (stride > 0) {
    const end = upper === undefined ? size : clamp(upper, 0, size);
    for (let i = lower === undefined ? 0 : clamp(lower, 0, size); i < end; i += stride) out.push(points[i]);
  } else {
    const end = upper === undefined ? -1 : clamp(upper, -1, size - 1);
    for (let i = lower === undefined ? size - 1 : clamp(lower, -1, size - 1); i > end; i += stride) out.push(points[i]);
  }
  return makeText(text.type, out.join(""));
}

/** `str(value)`, if it is the same everywhere. */
export function textOf(value: ConstantValue): string | undefined {
  switch (value.type) {
    case "none":
      return "None";
    case "true":
      return "True";
    case "false":
      return "False";
    case "str":
      return value.value;
    case "int":
      return String(value.value);
    case "float":
      return floatText(value.value);
    default:
      return undefined;
  }
}

function floatText(value: number): string | undefined {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e16) return undefined;
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** `repr(value)`, for text without escapes. */
export function reprOf(value: ConstantValue): string | undefined {
  if (value.type !== "str") return textOf(value);
  return /^[\x20-\x7e]*$/.test(value.value) && !/['\\]/.test(value.value) ? `'${value.value}'` : undefined;
}

/** One field of a format: conversion 0, or the code of `s`, `r`, `a`. */
export function formatField(value: ConstantValue, conversion: number): string | undefined {
  return conversion === 114 || conversion === 97 ? reprOf(value) : textOf(value);
}

/** `text % values`, for the plain conversions. */
export function formatPercent(text: Text, values: readonly ConstantValue[]): Maybe {
  let next = 0;
  let failed = false;
  const out = text.value.replace(/%(.?)/gs, (_whole, conversion: string) => {
    if (conversion === "%") return "%";
    const value = values[next++];
    const shown = value === undefined ? undefined : percentField(value, conversion, text.type);
    if (shown === undefined) failed = true;
    return shown ?? "";
  });
  return failed || next !== values.length ? undefined : makeText(text.type, out);
}

function percentField(value: ConstantValue, conversion: string, type: "str" | "bytes"): string | undefined {
  if (type === "bytes") return conversion === "s" && value.type === "bytes" ? value.value : undefined;
  switch (conversion) {
    case "s":
      return textOf(value);
    case "r":
      return reprOf(value);
    case "d":
    case "i":
      return value.type === "int" ? String(value.value) : value.type === "true" ? "1" : value.type === "false" ? "0" : undefined;
    default:
      return undefined;
  }
}

/** `text.format(*values, **named)`, for fields without conversions, specifications and lookups. */
export function formatBraces(text: string, values: readonly ConstantValue[], named: ReadonlyMap<string, ConstantValue>): Maybe {
  let next = 0;
  let failed = false;
  const out = text.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (whole: string, field: string | undefined) => {
    if (whole === "{{") return "{";
    if (whole === "}}") return "}";
    let value: ConstantValue | undefined;
    if (field === "") value = values[next++];
    else if (field !== undefined && /^\d{1,4}$/.test(field)) value = values[Number(field)];
    else if (field !== undefined) value = named.get(field);
    const shown = value === undefined ? undefined : textOf(value);
    if (shown === undefined) failed = true;
    return shown ?? "";
  });
  return failed ? undefined : makeText("str", out);
}

type Arguments = readonly ConstantValue[];
type Method = (self: string, args: Arguments, type: "str" | "bytes") => Maybe | boolean | number | string;

const textArgument = (args: Arguments, i: number, type: string): string | undefined => {
  const value = args[i];
  return value !== undefined && value.type === type && isText(value) ? value.value : undefined;
};

const strip =
  (left: boolean, right: boolean): Method =>
  (self, args, type) => {
    const set = args.length === 0 || args[0].type === "none" ? " \t\n\r\v\f" : textArgument(args, 0, type);
    if (set === undefined || args.length > 1) return undefined;
    let from = 0;
    let to = self.length;
    while (left && from < to && set.includes(self[from])) from++;
    while (right && to > from && set.includes(self[to - 1])) to--;
    return self.slice(from, to);
  };

const affix =
  (test: (self: string, part: string) => boolean): Method =>
  (self, args, type) => {
    const part = textArgument(args, 0, type);
    return part === undefined || args.length !== 1 ? undefined : test(self, part);
  };

const find =
  (last: boolean): Method =>
  (self, args, type) => {
    const part = textArgument(args, 0, type);
    if (part === undefined || args.length !== 1 || !isPlain(self)) return undefined;
    return last ? self.lastIndexOf(part) : self.indexOf(part);
  };

/** Only letters whose case is the same in every version of Unicode. */
const recase =
  (change: (self: string) => string): Method =>
  (self, args) =>
    args.length === 0 && /^[\x00-\x7f]*$/.test(self) ? change(self) : undefined;

const ask =
  (pattern: RegExp): Method =>
  (self, args) =>
    args.length === 0 && /^[\x00-\x7f]*$/.test(self) ? pattern.test(self) : undefined;

const methods: Readonly<Record<string, Method>> = {
  startswith: affix((self, part) => self.startsWith(part)),
  endswith: affix((self, part) => self.endsWith(part)),
  find: find(false),
  rfind: find(true),
  upper: recase((self) => self.toUpperCase()),
  lower: recase((self) => self.toLowerCase()),
  casefold: recase((self) => self.toLowerCase()),
  capitalize: recase((self) => self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase()),
  swapcase: recase((self) => [...self].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join("")),
  strip: strip(true, true),
  lstrip: strip(true, false),
  rstrip: strip(false, true),
  isdigit: ask(/^[0-9]+$/),
  isdecimal: ask(/^[0-9]+$/),
  isnumeric: ask(/^[0-9]+$/),
  isalpha: ask(/^[A-Za-z]+$/),
  isalnum: ask(/^[A-Za-z0-9]+$/),
  isidentifier: ask(/^[A-Za-z_][A-Za-z0-9_]*$/),
  isspace: ask(/^[ \t\n\r\v\f\x1c-\x1f]+$/),
  islower: ask(/^(?=.*[a-z])[^A-Z]*$/s),
  isupper: ask(/^(?=.*[A-Z])[^a-z]*$/s),
  count: (self, args, type) => {
    const part = textArgument(args, 0, type);
    return part === undefined || part === "" || args.length !== 1 ? undefined : self.split(part).length - 1;
  },
  replace: (self, args, type) => {
    const from = textArgument(args, 0, type);
    const to = textArgument(args, 1, type);
    if (from === undefined || to === undefined || from === "" || args.length !== 2) return undefined;
    const pieces = self.split(from);
    return self.length + pieces.length * to.length > textLengthMax * 2 ? undefined : pieces.join(to);
  },
  removeprefix: (self, args, type) => {
    const part = textArgument(args, 0, type);
    if (part === undefined || args.length !== 1) return undefined;
    return self.startsWith(part) ? self.slice(part.length) : self;
  },
  removesuffix: (self, args, type) => {
    const part = textArgument(args, 0, type);
    if (part === undefined || args.length !== 1) return undefined;
    return part !== "" && self.endsWith(part) ? self.slice(0, -part.length) : self;
  },
  zfill: (self, args) => {
    const width = args[0]?.type === "int" ? Number(args[0].value) : Number.NaN;
    if (!(width <= textLengthMax) || args.length !== 1 || !isPlain(self)) return undefined;
    const sign = /^[+-]/.test(self) ? self[0] : "";
    return sign + self.slice(sign.length).padStart(width - sign.length, "0");
  },
  encode: (self, args, type) =>
    type === "str" && args.length <= 1 && /^[\x00-\x7f]*$/.test(self) ? { type: "bytes", value: self } : undefined,
  decode: (self, args, type) =>
    type === "bytes" && args.length <= 1 && /^[\x00-\x7f]*$/.test(self) ? { type: "str", value: self } : undefined,
};

/** Calls a pure method of a text literal. */
export function callTextMethod(self: Text, name: string, args: Arguments): Maybe {
  if (!Object.hasOwn(methods, name)) return undefined;
  const result = methods[name](self.value, args, self.type);
  switch (typeof result) {
    case "string":
      return makeText(self.type, result);
    case "number":
      return { type: "int", value: result };
    case "boolean":
      return { type: result ? "true" : "false" };
    default:
      return result;
  }
}

/** `text.split(...)`, as the parts; `text.join` is its inverse. */
export function splitText(self: Text, args: Arguments): readonly ConstantValue[] | undefined {
  if (args.length > 1) return undefined;
  const separator = args.length === 0 || args[0].type === "none" ? undefined : textArgument(args, 0, self.type);
  if (separator === "" || (separator === undefined && args.length > 0 && args[0].type !== "none")) return undefined;
  const pieces = separator === undefined ? self.value.split(/[ \t\n\r\v\f]+/).filter((p) => p !== "") : self.value.split(separator);
  return pieces.map((value) => ({ type: self.type, value }));
}

export function joinText(self: Text, parts: Arguments): Maybe {
  const texts: string[] = [];
  let size = 0;
  for (const part of parts) {
    if (part.type !== self.type) return undefined;
    const text = (part as Text).value;
    size += text.length + self.value.length;
    if (size > textLengthMax * 2) return undefined;
    texts.push(text);
  }
  return makeText(self.type, texts.join(self.value));
}
