/** Whether a review is about the project that it is checked against. */
import type { Answer } from "./claim.ts";
import type { Identification } from "./verification.ts";

/** Names listed of what was not found. */
const namesMax = 5;

/** A review is of this project if something that it names is in it, if the host says so, or if it names nothing at all. */
export function identify(answers: readonly Answer[], given: readonly string[]): Identification {
  const cited = answers.flatMap((answer) => answer.claim.cited);
  if (given.length > 0 || cited.length === 0 || answers.some((answer) => answer.anchors.length > 0)) return { isIdentified: true };
  const names = [...new Set(cited.map((each) => {
    switch (each.kind) {
      case "lines": return each.path === "" ? `lines ${each.first}-${each.last}` : each.path;
      case "file": return each.path;
      case "quote": return each.code.split("\n")[0].slice(0, 60);
      default: return each.name;
    }
  }))];
  const rest = names.length > namesMax ? ` and ${names.length - namesMax} more` : "";
  return {
    isIdentified: false,
    what: `nothing that the review names is in this project: ${names.slice(0, namesMax).join(", ")}${rest}`,
    why: "a claim can only be checked against the code that it is about",
    todo: "name the project, and the revision that was reviewed: --target PATH or --target PATH@REV",
  };
}
