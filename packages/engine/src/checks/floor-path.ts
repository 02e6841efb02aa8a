/** Paths from outside: how far evidence carries, and what of the input arrives. */
import { BinOp, constantOf, functionOf, type Ir, Op } from "../ir/index.ts";
import type { Detector } from "../knowledge/index.ts";
import { calledName, type Obligation, type Step } from "../obligations/index.ts";
import { conditionsAbove } from "./conditions-above.ts";
import type { CheckContext } from "./context.ts";
import { isCallersOwn, isWeakWhoeverCalls } from "./floor-caller.ts";
import { guardHeldBack } from "./floor-guard.ts";
import { isAfterOtherText } from "./floor-host.ts";
import { isOneOfMany } from "./floor-object.ts";
import { namesIn } from "./floor-choice.ts";
import { isCollected } from "./floor-secret.ts";
import { isVerifiedToo } from "./floor-token.ts";
import { hasOwnTransport } from "./floor-transport.ts";
import { isMixedByWrapper } from "./floor-wrapper.ts";
import { rootOf } from "./roots.ts";

/** Longest path that convinces, and the longest if it goes through a field or global, where objects are not told apart. */
const stepsShownMax = 26;
const stepsThroughStoreMax = 18;
const stepsOfQuestionMax = 14;

const isStoreStep = (step: Step): boolean => step.kind === "field" && step.why.startsWith("stored in a field");

/** The value stored on the way, the nearest to the source, or -1. */
export function storeOf(row: Obligation): number {
  const store = row.steps.find(isStoreStep);
  return store === undefined ? -1 : store.instr;
}

/** What says nothing but that the evidence is long. */
export const tooLong = "the path is too long to be told apart from others";

/** Why a flow is not shown, or "". */
export function pathHeldBack(row: Obligation, context: CheckContext): string {
  const { ir } = context.program;
  const { detector } = context;
  if (isCallersOwn(row, detector) && !isWeakWhoeverCalls(row, context)) return `the source is ${row.sourceKind}`;
  const limit = storeOf(row) >= 0 ? stepsThroughStoreMax : stepsShownMax;
  if (row.steps.length > limit) return tooLong;
  if (detector.reports === "question" && row.steps.length > stepsOfQuestionMax) return "the path is too long for a question";
  if (row.steps.filter((step) => step.kind === "parameter" && isCollected(ir, step.instr)).length > 1) return "it goes through collected arguments twice, which are not told apart";
  if (isOneOfMany(context.program, row)) return "what it is read from may be many things";
  if (isPartOfMapping(context, row)) return "values of the mapping come from there, not the names in it";
  if (isErrorOfOthers(context, row)) return "the error is raised for another caller too, whose value it carries";
  if (isGuardedSource(context, row)) return "what is read is known to be fine for this";
  if (isServersOwn(ir, row)) return "what is read is set by the server, not by a client";
  if (row.sourceKind === "public-api-input" && detector.flow?.to.some((kind) => wholes.has(kind)) && !isComposed(context, row.steps)) return "the caller hands over the whole of it, which is what the function is for";
  if (isMixedByWrapper(context, row.steps)) return "the wrapper of a decorator stands for all functions that it was put on";
  const guard = row.sourceKind === "" ? "" : guardHeldBack(row, context);
  if (guard !== "") return guard;
  if (detector.call?.to.includes("weak-hash") && namesOldHash(ir, row.site)) return "the name of the class says that it is the old algorithm";
  if (isWholeContainer(row, detector)) return "the object that carries the request arrives, not a text of it";
  if (detector.flow?.to.includes("redirect-url") && isReferrer(ir, row)) return "the victim goes back to the page they came from";
  if (detector.flow?.to.includes("file-path") && row.steps.some(({ instr }) => isNameOfOpenFile(ir, instr))) return "it is the name that the server gave to its own file";
  if (detector.flow?.to.includes("file-path") && tests.test(calledName(context.solver, row.site))) return lookedFor;
  if (detector.flow?.to.includes("unverified-token") && isVerifiedToo(context, row)) return "the same token is verified too";
  if (detector.flow?.to.includes("request-url") && hasOwnTransport(context, row.site)) return "the connection is made by code of the project, which may check it";
  if (detector.flow?.to.some((kind) => kind === "redirect-url" || kind === "request-url") && isAfterOtherText(ir, row.steps)) {
    return "other text before it decides the host";
  }
  if (detector.flow?.to.some((kind) => kind === "html-text" || kind === "html-response") && isOtherMediaType(context, row)) return "the response is declared to be no page";
  if (detector.flow?.to.includes("sql-text") && isConsole(context, row.steps)) return "the whole statement is what a client sends: a console, not an injection";
  if (detector.flow?.to.some((kind) => kind === "unsafe-load" || kind === "archive-extract") && row.sourceKind !== "upload-filename" && isPartOfPath(context, row.steps)) {
    return "the input is part of a path, not of what is read there";
  }
  if (detector.flow?.to.includes("session-store") && conditionsAbove(ir, ir.block.data[row.site]).some((condition) => namesIn(ir, condition).some((name) => login.test(name)))) {
    return "a check of who the user is comes before it";
  }
  if (detector.flow?.to.includes("session-store") && row.subject !== keyOf(ir, row.site) && !isIdentityKey(ir, row.site)) return "the session keeps it under a key that grants nothing";
  return "";
}

/** Holds for `upload.file.name`: where an upload is kept, not what it is called. */
function isNameOfOpenFile(ir: Ir, instr: number): boolean {
  if (ir.op.data[instr] !== Op.GetAttr || ir.strings.text(ir.b.data[instr]) !== "name") return false;
  const object = rootOf(ir, ir.a.data[instr]);
  return ir.op.data[object] === Op.GetAttr && /^_?file$/.test(ir.strings.text(ir.b.data[object]));
}

/** Why a row is held back whose sink only tells something about a file. */
export const lookedFor = "the file is only looked for";

/** Calls that tell something about a file, and neither read nor change it. */
const tests = /^(?:exists|lexists|isfile|is_file|isdir|is_dir|islink|is_symlink|ismount|stat|lstat|getsize|getmtime|getatime|getctime|access|samefile)$/;

/** The first place where the value leaves the function that reads it: the call that passes it on, or the call that gave it. */
export function firstCrossing(ir: Ir, row: Obligation): number {
  if (row.steps.length === 0 || row.sourceKind === "" || row.sourceKind === "constant") return -1;
  const home = functionOf(ir, row.steps[0].instr).id;
  for (const step of row.steps.slice(1, -1)) {
    if (step.kind === "argument" || functionOf(ir, step.instr).id !== home) return step.instr;
  }
  return -1;
}

/** A class that is there to speak an old format says so. */
function namesOldHash(ir: Ir, site: number): boolean {
  const fn = functionOf(ir, site);
  const name = ir.strings.text(fn.qualname);
  return fn.class >= 0 && /md[245]|sha_?1|legacy|deprecated|compat|old/i.test(name.slice(0, Math.max(0, name.lastIndexOf("."))));
}

const login = /passw|pwd|credential|authenticat|check_user|verify|login/i;

/** Keys of the environment of a WSGI server that a client fills. */
const clientKeys = /^(?:HTTP_|QUERY_STRING$|PATH_INFO$|SCRIPT_NAME$|REQUEST_URI$|RAW_URI$|RAW_PATH_INFO$|CONTENT_|REQUEST_METHOD$|SERVER_NAME$|REMOTE_USER$|SERVER_PROTOCOL$|wsgi\.input$)/;

function isServersOwn(ir: Ir, row: Obligation): boolean {
  const source = row.steps.length > 0 ? row.steps[0].instr : -1;
  if (source < 0 || !/environ|META/i.test(row.source)) return false;
  const own = keyText(ir, source);
  if (own !== "") return !clientKeys.test(own);
  // The environment may be handed on before a key is read.
  const read = row.steps.findIndex((step) => step.kind === "item" || step.kind === "call");
  return row.steps.slice(0, Math.max(2, read + 1)).some(({ instr }) => {
    const key = keyText(ir, instr);
    return key !== "" && !clientKeys.test(key);
  });
}

function isReferrer(ir: Ir, row: Obligation): boolean {
  return /referr?er$/i.test(row.source) || row.steps.slice(0, 3).some(({ instr }) => /^(?:HTTP_)?REFERR?ER$/i.test(keyText(ir, instr)));
}

/** The literal key of `x[key]` or `x.get(key)`, or "". */
function keyText(ir: Ir, instr: number): string {
  const op = ir.op.data[instr];
  const key = op === Op.GetItem ? ir.b.data[instr] : op === Op.Call && ir.lists.length(ir.b.data[instr]) > 0 ? ir.lists.at(ir.b.data[instr], 0) : -1;
  const constant = key < 0 ? undefined : constantOf(ir, key);
  return constant?.type === "str" ? constant.value : "";
}

/**
 * Holds if the text of a caught error is that of a call that the handler does not protect: where an error is raised, all callers
 * of the function that raises it are one.
 */
function isErrorOfOthers({ program }: CheckContext, row: Obligation): boolean {
  const { ir } = program;
  const caught = row.steps.findIndex(({ instr }) => instr >= 0 && ir.op.data[instr] === Op.ExcVal);
  if (caught <= 0) return false;
  const handler = functionOf(ir, row.steps[caught].instr);
  return row.steps.slice(0, caught).some(({ kind, instr }) => {
    const caller = kind === "argument" ? functionOf(ir, instr) : handler;
    return caller.id !== handler.id && (program.entriesOf(caller.id).length > 0 || program.callersOf(caller.id).length === 0);
  });
}

/** Holds if a model says of the source itself what would stop the flow. */
function isGuardedSource(context: CheckContext, row: Obligation): boolean {
  const { program, detector } = context;
  const stops = detector.flow?.stoppedBy ?? [];
  if (row.steps.length === 0 || stops.length === 0 || program.ir.op.data[row.steps[0].instr] !== Op.Call) return false;
  const call = row.steps[0].instr;
  return program.targetsOf(call).some((target) => {
    if (target.kind !== "api") return false;
    const result = program.api.step(target.node, "()");
    return result >= 0 && program.api.facts(result).some((fact) => fact.port.type === "object" && stops.includes(fact.kind));
  });
}

const statementName = /^(?:sql|query|statement|stmt|sql_query|query_text|raw_sql|raw_query)$/i;

/** Holds if only parts of a mapping, whose keys name fields, are input: `Person(**{"name": request.args["name"]})`. */
function isPartOfMapping(context: CheckContext, row: Obligation): boolean {
  if (!context.detector.flow?.to.includes("assigned-fields") || /^(?:setattr|__setattr__)$/.test(calledName(context.solver, row.site))) return false;
  if (row.steps.some((step) => step.kind === "item" || step.kind === "element" || step.kind === "format" || step.kind === "concat")) return true;
  return isStoredUnderKey(context, row);
}

/** Holds if the value is put under a written key of a mapping in the function of the sink: `values["owner"] = owner`. */
function isStoredUnderKey({ program: { ir } }: CheckContext, row: Obligation): boolean {
  const fn = functionOf(ir, row.site);
  const roots = new Set(row.steps.map(({ instr }) => rootOf(ir, instr)));
  for (let at = fn.firstInstr; at < fn.endInstr; at++) {
    if (ir.op.data[at] === Op.SetItem && roots.has(rootOf(ir, ir.c.data[at])) && constantOf(ir, ir.b.data[at])?.type === "str") return true;
  }
  return false;
}

/** Sinks that a function of a library may be there to fill: who calls `run(command)` means that command. */
const wholes = new Set(["shell-command", "code-text", "sql-text", "xpath-text", "file-path", "import-name"]);

/** Holds if a value becomes part of a text on the way. */
function isMixed(context: CheckContext, steps: readonly Step[]): boolean {
  const { ir } = context.program;
  return steps.some(({ kind, instr }) => kind === "format" || kind === "concat"
    || (ir.op.data[instr] === Op.Call && /^(?:format|join|format_map|substitute|safe_substitute)$/.test(calledName(context.solver, instr))));
}

/** Holds if a value becomes part of a text or path on the way. */
const isComposed = (context: CheckContext, steps: readonly Step[]): boolean => isMixed(context, steps) || isPartOfPath(context, steps);

/** Holds if a parameter called "query" or the like is run as it is: nothing of the program is mixed with it. */
function isConsole(context: CheckContext, steps: readonly Step[]): boolean {
  const { ir } = context.program;
  if (isMixed(context, steps)) return false;
  return steps.slice(0, 3).some(({ instr }) => {
    const op = ir.op.data[instr];
    if (op === Op.GetItem) return isStatementText(ir, ir.b.data[instr]);
    if (op === Op.Param) return statementName.test(ir.strings.text(ir.b.data[instr]));
    return op === Op.Call && ir.lists.toArray(ir.b.data[instr]).some((value) => isStatementText(ir, value));
  });
}

function isStatementText(ir: Ir, value: number): boolean {
  const constant = constantOf(ir, value);
  return constant?.type === "str" && statementName.test(constant.value);
}

function isPartOfPath(context: CheckContext, steps: readonly Step[]): boolean {
  const { ir } = context.program;
  return steps.some(({ instr }) => {
    if (ir.op.data[instr] === Op.Bin) return (ir.a.data[instr] & 31) === BinOp.Div;
    return ir.op.data[instr] === Op.Call && context.program.targetsOf(instr).some((target) =>
      target.kind === "api" && /(?:path\.join|joinpath)$/.test(context.program.api.name(target.node)));
  });
}

/** Objects that hold many values: without reading one of them, nothing a client wrote has arrived. */
const containers = /(?:^|\.)(?:environ|headers|META|args|form|files|FILES|cookies|COOKIES|GET|POST|params|match_info|query_params|query_arguments|body_arguments|session)$/;
const reads = new Set(["item", "field", "call", "element", "format", "concat"]);
const takesObjects = new Set(["unsafe-load", "xml-parse", "xml-expand", "template-text", "session-store", "attribute-name", "assigned-attribute"]);

function isWholeContainer(row: Obligation, detector: Detector): boolean {
  if (!containers.test(row.source) || detector.flow === undefined || detector.flow.to.some((kind) => takesObjects.has(kind))) return false;
  return !row.steps.slice(1, -1).some((step) => reads.has(step.kind));
}

const otherMedia = /^(?:text\/(?:event-stream|plain|csv|xml|css|javascript)|application\/(?!xhtml)|image\/(?!svg)|audio\/|video\/)/i;

/** Methods that run before or around every answer of their class. */
const preparers = /^(?:__init__|__call__|initialize|prepare|set_default_headers|setup|dispatch|finish|send|respond\w*|_?send_\w+|_?write_\w+|_?render\w*)$/;

/**
 * Holds if the function, or a method of its class that has to do with its answers, names a media type that browsers do
 * not read as a page, and no other. What another handler of the class declares is no word about this one.
 */
function isOtherMediaType(context: CheckContext, row: Obligation): boolean {
  const { program } = context;
  const { ir } = program;
  const fn = functionOf(ir, row.site);
  const callers = new Set(program.callersOf(fn.id).map((site) => functionOf(ir, site.call).id));
  const related = fn.class < 0 ? [fn] : ir.functions.filter((each) =>
    each.class === fn.class && (each === fn || each.kind !== "function" || callers.has(each.id) || preparers.test(ir.strings.text(each.name))));
  let isOther = false;
  for (const each of related) {
    for (let i = each.firstInstr; i < each.endInstr; i++) {
      const constant = constantOf(ir, i);
      if (constant?.type !== "str") continue;
      if (/^(?:text\/html|application\/xhtml|image\/svg)/i.test(constant.value)) return false;
      if (otherMedia.test(constant.value)) isOther = true;
    }
  }
  return isOther;
}

const identityWords = /(?:^|_)(?:user|userid|uid|username|login|account|role|roles|admin|is_admin|superuser|group|groups|permission|permissions|auth|authenticated|tenant|owner|email|identity)(?:_?(?:id|name))?$/i;

const keyOf = (ir: Ir, site: number): number => (ir.op.data[site] === Op.SetItem ? ir.b.data[site] : -1);

/** Holds if what is stored says who the user is or what they may do. */
function isIdentityKey(ir: Ir, site: number): boolean {
  if (ir.op.data[site] !== Op.SetItem) return true;
  const key = constantOf(ir, ir.b.data[site]);
  return key?.type === "str" && identityWords.test(key.value.replace(/([a-z0-9])([A-Z])/g, "$1_$2"));
}
