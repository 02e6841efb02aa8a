/** Which functions other programs call, by what the project declares. */
import { describe, expect, test } from "vitest";
import type { PublicApi } from "../../src/program/index.ts";
import { linkSource } from "./link-source.ts";

const shop = {
  "shop/__init__.py": "from ._impl import Client, helper\nfrom .extra import *\n_x = 1\n",
  "shop/_impl.py": [
    "class Base:", "    def ping(self, host): pass",
    "class Client(Base):", "    def __init__(self, name): self._go(name)", "    def run(self, text): pass", "    def _go(self, text): pass",
    "def helper(value): _inner(value)", "def _inner(value): pass", "def unlisted(value): pass", "",
  ].join("\n"),
  "shop/extra.py": "__all__ = ['more']\ndef more(x): pass\ndef less(x): pass\n",
  "shop/tools.py": "import os\nfrom ._impl import unlisted\ndef tool(x): tool2(x)\ndef tool2(x): pass\n",
  "tests/test_shop.py": "def test_it(): pass\ndef public(x): pass\n",
};

/** Functions whose parameters are input of a declared API, by name. */
function declared(publicApi: PublicApi): string[] {
  const { entries, ir } = linkSource(shop, { publicApi });
  return entries
    .filter((entry) => entry.params.some((param) => param.kind === "public-api-input"))
    .map((entry) => ir.strings.text(ir.functions[entry.function].qualname))
    .sort();
}

describe("the public API", () => {
  test("is nothing unless it is declared", () => {
    expect(declared("none")).toEqual([]);
    const { entries, ir } = linkSource(shop);
    const uncalled = entries.filter((entry) => entry.kind === "library").map((entry) => ir.strings.text(ir.functions[entry.function].qualname));
    expect(uncalled).not.toContain("tool2");
    expect(uncalled).toContain("tool");
  });

  test("exported: what public modules offer, through packages, star imports and base classes, called or not", () => {
    expect(declared("exported")).toEqual(["Base.ping", "Client.__init__", "Client.run", "helper", "more", "tool", "tool2"]);
  });

  test("a list of modules: these and what lies below them", () => {
    expect(declared(["shop.tools"])).toEqual(["tool", "tool2"]);
    expect(declared(["shop._impl"])).toEqual(["Base.ping", "Client.__init__", "Client.run", "helper", "unlisted"]);
    expect(declared(["shop"])).toEqual(["Base.ping", "Client.__init__", "Client.run", "helper", "more", "tool", "tool2"]);
    expect(declared(["sho"])).toEqual([]);
  });
});
