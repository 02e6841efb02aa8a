/**
 * What test code passes to product code tells nothing of the product where the product tells it itself.
 *
 * ```python
 * def test_find():
 *     shop.find(FakeDb(), "x")      # a class for `db` of find() only if nothing else is known of it
 *     shop.LIMITS.low = 3           # nothing at all
 * ```
 * So tests that are added change nothing of the product that was understood before.
 */
import { flowArguments } from "./call-rules.ts";
import { Edge, type Solver } from "./solver.ts";
import { Tok, tokKind } from "./token.ts";

/** What flows out of tests may lead to more calls in them: so often is that repeated. */
const roundsMax = 3;

/** Holds if test code calls, or stores into, what belongs to a function of the product. */
export function isFromTest(s: Solver, row: number, owner: number): boolean {
  return s.isTest[s.functionOf(row)] === 1 && s.isTest[owner] === 0;
}

/** Holds if test code stores into a container that the product makes. */
export function isStoredByTest(s: Solver, row: number, site: number): boolean {
  return s.siteTests.data[site] === 0 && s.isTest[s.functionOf(row)] === 1;
}

/** Lets objects of the project that tests pass flow to parameters of which nothing else is known. */
export function releaseTestFlow(s: Solver): void {
  for (let round = 0; round < roundsMax && s.testCalls.length > 0; round++) {
    const calls = s.testCalls.splice(0);
    const isOpen = new Set<number>();
    for (const { fn } of calls) for (const param of fn.params) if (!s.hasMeaning(param.value)) isOpen.add(param.value);
    for (const { call, fn, first } of calls) {
      flowArguments(s, call, fn, first, call, 0, (value, param) => {
        if (isOpen.has(param)) s.addEdge(value, Edge.OfProject, param);
      });
    }
    s.run();
  }
}

export function ofProjectRule(s: Solver, token: number, target: number): void {
  const kind = tokKind(token);
  if (kind === Tok.Instance || kind === Tok.Class || kind === Tok.Function || kind === Tok.Bound || kind === Tok.Module) s.add(target, token);
}
