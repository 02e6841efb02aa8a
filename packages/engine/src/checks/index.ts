/**
 * The few detectors that data cannot say: one pure function over the program each.
 *
 * In: a program, its solved obligations, the catalog.
 * Out: obligations of the pages that name a check; all obligations with what is below the precision floor held back.
 * How: each check lists its sites and decides each; the floor looks at the shape of the evidence.
 * Holds: every site ends violated, proven or open, as everywhere.
 * Not here: words for people (they are on the page).
 */
import type { Catalog } from "../knowledge/index.ts";
import type { Obligation, Scope, Solver } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import { lateAuthorisation, missingAuthentication, overWidePermission } from "./access-order.ts";
import { ambiguousRegex } from "./ambiguous-regex.ts";
import { assertCheck } from "./assert-check.ts";
import { checkThenInsert } from "./check-then-insert.ts";
import { clientDecision } from "./client-decision.ts";
import { checkAcrossAwait } from "./check-across-await.ts";
import { composedCommand } from "./composed-command.ts";
import { connectionLogged } from "./connection-logged.ts";
import { callContract } from "./call-contract.ts";
import { divisionByInput } from "./division-by-input.ts";
import { type Check, CheckContext, sharedOf } from "./context.ts";
import { csrfOff } from "./csrf-off.ts";
import { embeddedSecret } from "./embedded-secret.ts";
import { errorInResponse } from "./error-in-response.ts";
import { failOpen } from "./fail-open.ts";
import { fileCheckThenUse } from "./file-check-then-use.ts";
import { fileMode } from "./file-mode.ts";
import { finallyHides } from "./finally-hides.ts";
import { fixedVector } from "./fixed-vector.ts";
import { fixedTemporaryFile } from "./fixed-temporary-file.ts";
import { headersLogged } from "./headers-logged.ts";
import { lockOrder } from "./lock-order.ts";
import { lockRelease } from "./lock-release.ts";
import { looseHostCheck } from "./loose-host-check.ts";
import { floatEquality } from "./float-equality.ts";
import { messageContract } from "./message-contract.ts";
import { pastTheEnd } from "./past-the-end.ts";
import { markupFromData } from "./markup-from-data.ts";
import { broadExcept, swallowedError } from "./swallowed-error.ts";
import { ignoredResult } from "./ignored-result.ts";
import { literalIdentity } from "./literal-identity.ts";
import { missingAuthorisation } from "./missing-authorisation.ts";
import { mountRelease } from "./mount-release.ts";
import { nonException } from "./non-exception.ts";
import { descriptorRelease, resourceRelease, temporaryPaths } from "./resource-release.ts";
import { openCors } from "./open-cors.ts";
import { secretComparison } from "./secret-comparison.ts";
import { secretInMessage } from "./secret-in-message.ts";
import { secretOption } from "./secret-option.ts";
import { shadowedHandler } from "./shadowed-handler.ts";
import { unawaitedCoroutine } from "./unawaited-coroutine.ts";
import { unboundName } from "./unbound-name.ts";
import { undeclaredException } from "./undeclared-exception.ts";
import { uncalledTest } from "./uncalled-test.ts";
import { unfilteredObject } from "./unfiltered-object.ts";
import { unescapedPages } from "./unescaped-pages.ts";
import { unguardedField } from "./unguarded-field.ts";
import { unitMismatch } from "./unit-mismatch.ts";
import { unreachableHandler } from "./unreachable-handler.ts";
import { xmlAssembly } from "./xml-assembly.ts";

export { accessOf } from "./missing-authorisation.ts";
export { holdBack } from "./evidence-floor.ts";

/** The checks by the name that pages use. */
export const checks: Readonly<Record<string, Check>> = {
  "ambiguous-regex": ambiguousRegex,
  "assert-check": assertCheck,
  "broad-except": broadExcept,
  "call-contract": callContract,
  "check-then-insert": checkThenInsert,
  "check-across-await": checkAcrossAwait,
  "composed-command": composedCommand,
  "connection-logged": connectionLogged,
  "division-by-input": divisionByInput,
  "embedded-secret": embeddedSecret,
  "error-in-response": errorInResponse,
  "fail-open": failOpen,
  "file-check-then-use": fileCheckThenUse,
  "file-mode": fileMode,
  "fixed-temporary-file": fixedTemporaryFile,
  "headers-logged": headersLogged,
  "ignored-result": ignoredResult,
  "literal-identity": literalIdentity,
  "lock-order": lockOrder,
  "lock-release": lockRelease,
  "float-equality": floatEquality,
  "loose-host-check": looseHostCheck,
  "message-contract": messageContract,
  "past-the-end": pastTheEnd,
  "markup-from-data": markupFromData,
  "finally-hides": finallyHides,
  "fixed-vector": fixedVector,
  "client-decision": clientDecision,
  "csrf-off": csrfOff,
  "late-authorisation": lateAuthorisation,
  "missing-authentication": missingAuthentication,
  "missing-authorisation": missingAuthorisation,
  "non-exception": nonException,
  "descriptor-release": descriptorRelease,
  "resource-release": resourceRelease,
  "temporary-paths": temporaryPaths,
  "mount-release": mountRelease,
  "open-cors": openCors,
  "over-wide-permission": overWidePermission,
  "unfiltered-object": unfilteredObject,
  "secret-comparison": secretComparison,
  "secret-in-message": secretInMessage,
  "secret-option": secretOption,
  "shadowed-handler": shadowedHandler,
  "swallowed-error": swallowedError,
  "unawaited-coroutine": unawaitedCoroutine,
  "unbound-name": unboundName,
  "uncalled-test": uncalledTest,
  "undeclared-exception": undeclaredException,
  "unescaped-pages": unescapedPages,
  "unguarded-field": unguardedField,
  "unit-mismatch": unitMismatch,
  "unreachable-handler": unreachableHandler,
  "xml-assembly": xmlAssembly,
};

/** Runs the checks that the catalog's detectors name. */
export function runChecks(
  program: Program, catalog: Catalog, solution: { readonly solver: Solver; readonly scope: Scope },
): Obligation[] {
  const out: Obligation[] = [];
  const shared = sharedOf(program, solution.scope);
  for (const detector of catalog.detectors) {
    const check = detector.check === undefined ? undefined : checks[detector.check];
    if (check) out.push(...check(new CheckContext(program, solution.solver, solution.scope, detector, shared)));
  }
  return out;
}
