/** Stubs from text to types: packed by the Python front end, read by the knowledge layer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packStubs } from "../../src/languages/python/index.ts";
import { StubPack, Stubs } from "../../src/knowledge/index.ts";

const builtins = `
from typing import Generic, TypeVar
T = TypeVar("T")
class object: ...
class type: ...
class str:
    def strip(self) -> str: ...
class int: ...
class bytes: ...
class list(Generic[T]):
    def pop(self) -> T: ...
    def __iter__(self) -> Items[T]: ...
class Items(Generic[T]):
    def __next__(self) -> T: ...
`;

function stubsOf(modules: Readonly<Record<string, string>>): Stubs {
  const files = Object.entries({ builtins, ...modules }).map(([module, text]) => ({ module, isPackage: false, bytes: new TextEncoder().encode(text) }));
  const pack = StubPack.open(packStubs(files, "test"));
  if (pack === undefined) throw new Error("the pack does not open");
  return new Stubs(pack);
}

/** What an expression of names, `()`, `[]` (an element) and `with` gives, by name. */
function typeOf(stubs: Stubs, module: string, ...steps: readonly string[]): string[] {
  let values: readonly number[] = [stubs.module(module)];
  for (const step of steps) {
    values = values.flatMap((value) => {
      if (step === "()") return stubs.call(value).flatMap((result) => (result.kind === "value" ? [result.value] : []));
      if (step === "[]") return stubs.elements(value);
      return step === "with" ? stubs.entered(value) : stubs.attribute(value, step);
    });
  }
  return values.map((value) => stubs.name(value));
}

describe("stubs", () => {
  const stubs = stubsOf({
    lib: `
import sys
from typing import Generic, TypeVar, overload
from contextlib import contextmanager
from _lib import Hidden as Hidden
T = TypeVar("T")
S = TypeVar("S", bound="Base")
class Base:
    name: str
    @property
    def size(self) -> int: ...
    @classmethod
    def make(cls: type[S]) -> S: ...
    def copy(self: S) -> S: ...
class Sub(Base): ...
class Box(Generic[T]):
    def get(self) -> T: ...
    def all(self) -> list[T]: ...
class Texts(Box[str]): ...
@overload
def read(binary: bool) -> bytes: ...
@overload
def read() -> str: ...
def texts() -> Box[str]: ...
def nothing() -> None: ...
@contextmanager
def opened() -> Items2[Base]: ...
if sys.version_info >= (3, 0):
    def which() -> str: ...
else:
    def which() -> bytes: ...
    def former() -> bytes: ...
def first(xs: list[T]) -> T: ...
loop = loop
class Round(Round): ...
`,
    _lib: "class Hidden: ...\n",
  });

  it.each([
    ["an attribute", ["Base", "()", "name"], ["<str>"]],
    ["a property", ["Base", "()", "size"], ["<int>"]],
    ["an inherited method that gives its own type", ["Sub", "()", "copy", "()"], ["lib.Sub()"]],
    ["a class method that makes its own class", ["Sub", "make", "()"], ["lib.Sub()"]],
    ["a type parameter through a base", ["Texts", "()", "get", "()"], ["<str>"]],
    ["elements", ["texts", "()", "all", "()", "[]"], ["<str>"]],
    ["overloads", ["read", "()"], ["<bytes>", "<str>"]],
    ["the newest branch", ["which", "()"], ["<str>"]],
    ["a name that only another branch has", ["former", "()"], ["<bytes>"]],
    ["a name of another module", ["Hidden", "()"], ["lib.Hidden()"]],
    ["a name that is itself", ["loop"], []],
    ["a class that is its own base", ["Round", "()", "x"], []],
  ])("%s", (_, steps, expected) => {
    expect(typeOf(stubs, "lib", ...steps)).toEqual(expected);
  });

  it("knows what gives nothing, and what a text does not have", () => {
    expect(stubs.givesNothing(stubs.attribute(stubs.module("lib"), "nothing")[0])).toBe(true);
    const text = stubs.instanceOfBuiltin("str");
    expect([stubs.lacks(text, "session"), stubs.lacks(text, "decode"), stubs.lacks(stubs.module("lib"), "x")]).toEqual([true, false, false]);
  });

  it("names the argument that shows the result", () => {
    const first = stubs.attribute(stubs.module("lib"), "first")[0];
    expect(stubs.call(first)).toEqual([{ kind: "argument", index: 0, name: "xs", part: "elements" }]);
  });

  it("opens no other text", () => {
    fc.assert(fc.property(fc.string(), (text) => StubPack.open(text) === undefined));
    expect(StubPack.open("warrant-stubs 1 x\na:-\n{}")).toBeUndefined();
    expect(StubPack.open("warrant-stubs 1 x\na:2\n{]\n")?.module("a")).toBeUndefined();
  });
});
