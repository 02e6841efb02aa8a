import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Condition, type ConstantPattern, joinSteps, parseCondition, parsePlace, parseValuePort, pathSteps, type Place, type Port,
  printCondition, printPlace, printValuePort, type ValuePort,
} from "../../src/knowledge/index.ts";

const identifier = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const steps = fc.tuple(identifier, fc.array(fc.oneof(identifier, fc.constantFrom("()", "[*]", ".*", '["a key"]')), { maxLength: 6 }))
  .map(([first, rest]) => [first, ...rest]);
const index = fc.nat(20);
const port: fc.Arbitrary<Port> = fc.oneof(
  fc.constantFrom<Port>({ type: "object" }, { type: "any-argument" }, { type: "self" }, { type: "stored" }, { type: "key" }, { type: "returned" }),
  fc.record({ type: fc.constant("parameter" as const), index }),
  fc.record({ type: fc.constant("argument" as const), index, name: fc.oneof(fc.constant(""), identifier), rest: fc.constant(false) }),
  fc.record({ type: fc.constant("argument" as const), index, name: fc.constant(""), rest: fc.constant(true) }),
  fc.record({ type: fc.constant("argument" as const), index: fc.constant(-1), name: identifier, rest: fc.constant(false) }),
  fc.record({ type: fc.constant("argument" as const), index, name: identifier, rest: fc.constant(false), item: fc.constantFrom("$where", "a key") }),
);
const place: fc.Arbitrary<Place> = fc.record({ path: steps.map(joinSteps), port });

const constant: fc.Arbitrary<ConstantPattern> = fc.oneof(
  fc.constantFrom(true, false, null), fc.integer({ min: -1e6, max: 1e6 }), fc.string(), fc.constantFrom("ssl.CERT_NONE", "True", "int", "a.b.c", 'q"\\'),
);
const argument = fc.oneof(
  fc.record({ index, name: fc.oneof(fc.constant(""), identifier) }),
  fc.record({ index: fc.constant(-1), name: identifier }),
);
const { condition } = fc.letrec<{ condition: Condition; atom: Condition; joined: Condition }>((tie) => ({
  condition: fc.oneof({ depthSize: "small" }, tie("atom"), tie("joined")),
  atom: fc.oneof(
    fc.record({ type: fc.constant("present" as const), argument, negated: fc.boolean() }),
    fc.record({ type: fc.constant("is" as const), argument, values: fc.array(constant, { minLength: 1, maxLength: 4 }), negated: fc.boolean() }),
  ),
  joined: fc.record({ type: fc.constantFrom("and" as const, "or" as const), parts: fc.array(tie("condition"), { minLength: 2, maxLength: 3 }) }),
}));

const valuePort: fc.Arbitrary<ValuePort> = fc.record({
  base: fc.constantFrom("argument" as const, "any-argument" as const, "self" as const, "result" as const),
  argument: fc.constant({ index: -1, name: "", rest: false }),
  steps: fc.array(fc.oneof(identifier, fc.constant("[*]"), fc.constant("[arg0]")), { maxLength: 4 }),
}).chain((port) =>
  port.base === "argument" ? fc.record({ ...constants(port), argument: argument.map((one) => ({ ...one, rest: false })) }) : fc.constant(port),
);

function constants(port: ValuePort) {
  return { base: fc.constant(port.base), steps: fc.constant(port.steps) };
}

describe("what is printed is read back", () => {
  it("places", () => {
    fc.assert(fc.property(place, (value) => {
      expect(parsePlace(printPlace(value))).toEqual({ ok: true, value });
    }));
  });

  it("paths as steps", () => {
    fc.assert(fc.property(steps, (value) => {
      expect(pathSteps(joinSteps(value))).toEqual(value);
    }));
  });

  it("conditions", () => {
    fc.assert(fc.property(condition, (value) => {
      expect(parseCondition(printCondition(value))).toEqual({ ok: true, value });
    }));
  });

  it("ends of passes", () => {
    fc.assert(fc.property(valuePort, (value) => {
      expect(parseValuePort(printValuePort(value))).toEqual({ ok: true, value });
    }));
  });
});

describe("any text is read or refused, never thrown at", () => {
  it("places, conditions and ends of passes", () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[a-z.()[\]*0-9| "']{0,30}$/), fc.constant(`${"(".repeat(5000)}`));
    fc.assert(fc.property(texts, (text) => {
      for (const parse of [parsePlace, parseCondition, parseValuePort]) {
        const parsed = parse(text);
        if (!parsed.ok) expect(parsed.offset).toBeLessThanOrEqual(text.length);
      }
    }));
  });

  it.each([
    ["arg[0] is 0o777", { type: "is", argument: { index: 0, name: "" }, values: [511], negated: false }],
    ["arg[0|x] is not in ['a', \"b\"]", { type: "is", argument: { index: 0, name: "x" }, values: ["a", "b"], negated: true }],
    ["( arg[x] absent )", { type: "present", argument: { index: -1, name: "x" }, negated: true }],
  ])("%s", (text, value) => {
    expect(parseCondition(text)).toEqual({ ok: true, value });
  });
});
