/** Objects that a handler for known callers fetches by an id of the request, with nothing that ties them to who asks. */
import { fetchedObjects } from "../access/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { accessOf, routeOf } from "./missing-authorisation.ts";

export function unfilteredObject(context: CheckContext): readonly Obligation[] {
  return fetchedObjects(context.solver, accessOf(context)).map(({ access, call, tiedBy }) => {
    const sink = routeOf(access);
    if (tiedBy >= 0) return context.row(call, "proven", { code: "guard", text: "it is tied to the caller", at: tiedBy }, { sink });
    return context.row(call, "violated", { code: "weak-call", text: "nothing ties the object to the caller", at: call }, {
      sink, notShown: access.changes ? "" : "it changes nothing that the review can see",
    });
  });
}
