/** The solver of a program, made once for all claims about it. */
import { Solver } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import { valueFacts } from "../values/index.ts";

const solvers = new WeakMap<Program, Solver>();

export function solverOf(program: Program): Solver {
  let solver = solvers.get(program);
  if (solver === undefined) {
    solver = new Solver(program, valueFacts(program));
    solvers.set(program, solver);
  }
  return solver;
}
