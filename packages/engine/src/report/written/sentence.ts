/** A sentence of the written review: words of ours, code of the project, and the id under which its facts are found. */
import { plural } from "../../review/index.ts";

/** A part of a sentence. A plain string is our own words. */
export type Part =
  | string
  /** Text of the reviewed project: paths, names, code. */
  | { readonly code: string; readonly most?: number }
  /** Text of a catalog page: words with code spans. */
  | { readonly prose: string }
  /** A file beside this one. */
  | { readonly link: string };

/** What is said, and the id whose facts say so. */
export interface Sentence {
  /** `F-…`, `P-…`, `E-files`, `A-3`: what `warrant show` prints the facts of. */
  readonly id: string;
  readonly parts: readonly Part[];
  /** Lines that it takes at most on the page; the rest is cut with `…`. */
  readonly linesMax: number;
}

/** Makes a sentence of the page. */
export const sentence = (id: string, parts: readonly Part[], linesMax = 2): Sentence => ({ id, parts, linesMax });

/** Returns a number with its thousands apart: `607,715`. */
export const figure = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** Returns "1 site", "1,204 sites". */
export const figures = (count: number, noun: string): string => plural(count, noun).replace(/^\d+/, figure(count));

/** Returns code of at most `most` characters; the middle goes, since both ends tell most. */
export function middleCut(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.floor((most - 1) * 0.6);
  const head = text.slice(0, most - 1 - tail).replace(/[\ud800-\udbff]$/, "");
  return `${head}…${text.slice(text.length - tail).replace(/^[\udc00-\udfff]/, "")}`;
}

/** The id of a fact that belongs to a finding or question: `E-1a2b3c4d.path`. */
export const factId = (findingId: string, fact: string): string => `E${findingId.slice(1)}.${fact}`;
