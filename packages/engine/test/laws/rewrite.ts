/** Rewritings of programs that mean the same afterwards. Each gives all variants of some files, as many as there are places. */

export type Files = Readonly<Record<string, string>>;
export type Rewriting = (files: Files) => Iterable<Files>;

const withoutMarks = (text: string): string => text.replace(/[«»]/g, "");
const stripped = (files: Files): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, withoutMarks(text)]));

/** Applies a change to the text of every file. */
const eachText = (change: (text: string, path: string) => string): Rewriting => (files) =>
  [Object.fromEntries(Object.entries(stripped(files)).map(([path, text]) => [path, change(text, path)]))];

/** Gives the program's own names other names, which also puts files and functions in another order. */
export const rename: Rewriting = (files) => {
  const names = new Map<string, string>();
  const change = (text: string): string => text.replace(/\b[A-Za-z]\w*_\b/g, (name) => {
    const known = names.get(name) ?? `${/^[A-Z]/.test(name) ? "Q" : "q"}${99 - names.size}_`;
    names.set(name, known);
    return known;
  });
  return [Object.fromEntries(Object.entries(stripped(files)).map(([path, text]) => [change(path), change(text)]))];
};

/** Definitions at the top level in reverse order, behind everything else in its order. */
export const reverseFunctions: Rewriting = eachText((text) => {
  const blocks = text.trim().split(/\n\n(?=\S)/);
  const isDefinition = (block: string): boolean => /^(?:def|class|@|async)/.test(block);
  return `${[...blocks.filter((block) => !isDefinition(block)), ...blocks.filter(isDefinition).reverse()].join("\n\n")}\n`;
});

export const swapFree: Rewriting = eachText((text) => text.replace(/^(.*# free)\n(.*# free)$/gm, "$2\n$1"));

export const reformat: Record<string, Rewriting> = {
  "blank lines": eachText((text) => text.replace(/\n/g, "\n\n\n")),
  comments: eachText((text) => text.replace(/^( *)(\S.*)$/gm, "$1# ü a comment\n$1$2  # and: more 'of' it")),
  "two spaces": eachText((text) => text.replace(/^(?: {4})+/gm, (indent) => " ".repeat(indent.length / 2))),
  tabs: eachText((text) => text.replace(/^(?: {4})+/gm, (indent) => "\t".repeat(indent.length / 4))),
  "carriage returns": eachText((text) => text.replace(/\n/g, "\r\n")),
  "no end of line at the end": eachText((text) => text.trimEnd()),
  "a byte order mark": eachText((text) => `\uFEFF${text}`),
  "wide brackets": eachText((text) => text.replace(/\(/g, "(  ").replace(/, /g, ",   ")),
  "lines broken in calls": eachText((text) => text.replace(/^( +(?!def|class|if|for|return).*?)\((?!\))(.*)$/gm, "$1(\n\n        $2")),
};

/** A change of one marked expression: what stands in its place, before its statement and elsewhere. */
interface Change {
  readonly place: string;
  /** Lines before the statement, without their indentation. */
  readonly before?: readonly string[];
  /** Definitions put at the end of the file. */
  readonly after?: string;
  /** Other files, and the line that imports from them. */
  readonly files?: Files;
  readonly importing?: string;
}

/** Makes one variant for each marked expression. */
const eachMark = (change: (expression: string, own: readonly string[], imports: string) => Change): Rewriting => function* (files) {
  for (const [path, text] of Object.entries(files)) {
    for (const match of text.matchAll(/«([^»]*)»/g)) {
      const imports = [...text.matchAll(/^(?:import|from) .*$/gm)].map((line) => line[0]).join("\n");
      const own = [...new Set([...match[1].matchAll(/(?<![\w.])(?:[a-z]\w*_|self)\b(?!\()/g)].map((name) => name[0]))];
      const { place, before = [], after = "", files: more = {}, importing = "" } = change(match[1], own, imports);
      const lineStart = text.lastIndexOf("\n", match.index) + 1;
      const indent = /^ */.exec(text.slice(lineStart))?.[0] ?? "";
      const changed = text.slice(0, lineStart) + before.map((line) => `${indent}${line}\n`).join("")
        + text.slice(lineStart, match.index) + place + text.slice(match.index + match[0].length);
      yield { ...stripped(files), ...more, [path]: `${importing}\n${withoutMarks(changed)}\n${after}` };
    }
  }
};

const wrapped = (place: (expression: string) => string, after = ""): Rewriting =>
  eachMark((expression) => ({ place: place(expression), ...(after === "" ? {} : { after }) }));

/** Ways to take a marked expression out, or to lead it around. */
export const aroundExpression: Record<string, Rewriting> = {
  "a local": eachMark((expression) => ({ place: "taken_", before: [`taken_ = ${expression}`] })),
  "an annotated local": eachMark((expression) => ({ place: "taken_", before: [`taken_: object = ${expression}`] })),
  "two locals": eachMark((expression) => ({ place: "again_", before: [`taken_ = ${expression}`, "again_ = taken_"] })),
  "a tuple of locals": eachMark((expression) => ({ place: "taken_", before: [`other_, taken_ = 1, ${expression}`] })),
  "a walrus": wrapped((expression) => `(taken_ := ${expression})`),
  parentheses: wrapped((expression) => `((${expression}))`),
  "a function": eachMark((expression, own) => ({
    place: `make_(${own.join(", ")})`, after: `\ndef make_(${own.join(", ")}):\n    return ${expression}\n`,
  })),
  "a function in another file": eachMark((expression, own, imports) => ({
    place: `make_(${own.join(", ")})`, importing: "from other_ import make_",
    files: { "other_.py": `${imports.replace(/^from \w+_ .*$/gm, "")}\n\ndef make_(${own.join(", ")}):\n    return ${expression}\n` },
  })),
  "a function of a package": eachMark((expression, own, imports) => ({
    place: `pack_.make_(${own.join(", ")})`, importing: "import pack_",
    files: {
      "pack_/__init__.py": "from .inner_ import make_\n",
      "pack_/inner_.py": `${imports.replace(/^from \w+_ .*$/gm, "")}\n\ndef make_(${own.join(", ")}):\n    return ${expression}\n`,
    },
  })),
  "an identity function": wrapped((expression) => `same2_(${expression})`, "\ndef same2_(it_):\n    return it_\n"),
  "an identity function by keyword": wrapped((expression) => `same2_(it_=${expression})`, "\ndef same2_(it_=None):\n    return it_\n"),
  "an identity function with rest arguments": wrapped((expression) => `same2_(0, ${expression})`, "\ndef same2_(*all_):\n    return all_[1]\n"),
  "an identity function with keywords": wrapped((expression) => `same2_(it_=${expression})`, "\ndef same2_(**all_):\n    return all_['it_']\n"),
  "an identity function on two paths": wrapped((expression) => `same2_(${expression})`, "\ndef same2_(it_):\n    if len('ab') == 2:\n        return it_\n    return it_\n"),
  "an identity decorated": wrapped((expression) => `same2_(${expression})`,
    "\ndef deco_(fn_):\n    def inner_(*args_, **more_):\n        return fn_(*args_, **more_)\n    return inner_\n\n@deco_\ndef same2_(it_):\n    return it_\n"),
  "a lambda": wrapped((expression) => `(lambda it_: it_)(${expression})`),
  "a closure": eachMark((expression) => ({ place: "inner_()", before: [`taken_ = ${expression}`, "inner_ = lambda: taken_"] })),
  "a nested function": eachMark((expression) => ({ place: "inner_()", before: [`taken_ = ${expression}`, "def inner_():", "    return taken_"] })),
  "a static method": wrapped((expression) => `Box_.same2_(${expression})`, "\nclass Box_:\n    @staticmethod\n    def same2_(it_):\n        return it_\n"),
  "a class method": wrapped((expression) => `Box_.same2_(${expression})`, "\nclass Box_:\n    @classmethod\n    def same2_(cls, it_):\n        return it_\n"),
  "a field": wrapped((expression) => `Box_(${expression}).held_`, "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n"),
  "a method of an object": wrapped((expression) => `Box_(${expression}).get_()`,
    "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n\n    def get_(self):\n        return self.held_\n"),
  "a generator": wrapped((expression) => `next(each_(${expression}))`, "\ndef each_(it_):\n    yield it_\n"),
  "an item of a list": wrapped((expression) => `[0, ${expression}][1]`),
  "an item of a tuple": wrapped((expression) => `(${expression}, 0)[0]`),
  "an item of a dictionary": wrapped((expression) => `{"a": 0, "b": ${expression}}["b"]`),
  "a list that grew": eachMark((expression) => ({ place: "list_[0]", before: ["list_ = []", `list_.append(${expression})`] })),
  "a dictionary that grew": eachMark((expression) => ({ place: 'dict_["k"]', before: ["dict_ = {}", `dict_["k"] = ${expression}`] })),
  "a comprehension": wrapped((expression) => `[it_ for it_ in [${expression}]][0]`),
  "a loop": eachMark((expression) => ({ place: "taken_", before: ["taken_ = None", `for taken_ in [${expression}]:`, "    pass"] })),
  "a conditional expression that is decided": wrapped((expression) => `(${expression} if 2 > 1 else None)`),
  "a branch that is decided": eachMark((expression) => ({ place: "taken_", before: ["if 2 > 1:", `    taken_ = ${expression}`, "else:", "    taken_ = None"] })),
  "a try": eachMark((expression) => ({ place: "taken_", before: ["try:", `    taken_ = ${expression}`, "finally:", "    pass"] })),
  "a global": eachMark((expression) => ({ place: "HELD_", before: ["global HELD_", `HELD_ = ${expression}`], after: "\nHELD_ = None\n" })),
};

/** Further ways, by features of the language that fewer programs use. */
export const aroundFurther: Record<string, Rewriting> = {
  "a function that is handed over": wrapped((expression) => `apply_(same2_, ${expression})`,
    "\ndef same2_(it_):\n    return it_\n\ndef apply_(fn_, it_):\n    return fn_(it_)\n"),
  "a method that is handed over": wrapped((expression) => `apply_(Box_().same2_, ${expression})`,
    "\nclass Box_:\n    def same2_(self, it_):\n        return it_\n\ndef apply_(fn_, it_):\n    return fn_(it_)\n"),
  "a partial application": eachMark((expression) => ({
    place: `functools.partial(same2_, 0)(${expression})`, importing: "import functools", after: "\ndef same2_(no_, it_):\n    return it_\n",
  })),
  "a cached function": eachMark((expression) => ({
    place: `same2_(${expression})`, importing: "import functools", after: "\n@functools.lru_cache(maxsize=None)\ndef same2_(it_):\n    return it_\n",
  })),
  "a decorator with arguments": wrapped((expression) => `same2_(${expression})`,
    "\ndef deco_(n_):\n    def outer_(fn_):\n        def inner_(*args_):\n            return fn_(*args_)\n        return inner_\n    return outer_\n\n@deco_(1)\ndef same2_(it_):\n    return it_\n"),
  "an object that is called": wrapped((expression) => `Box_()(${expression})`, "\nclass Box_:\n    def __call__(self, it_):\n        return it_\n"),
  "an object with items": wrapped((expression) => `Box_(${expression})["k"]`,
    "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n\n    def __getitem__(self, key_):\n        return self.held_\n"),
  "an object that is iterated": wrapped((expression) => `list(Box_(${expression}))[0]`,
    "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n\n    def __iter__(self):\n        yield self.held_\n"),
  "an object in a with": eachMark((expression) => ({
    place: "taken_", before: [`with Box_(${expression}) as taken_:`, "    pass"],
    after: "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n\n    def __enter__(self):\n        return self.held_\n\n    def __exit__(self, *rest_):\n        return False\n",
  })),
  "a generator in a with": eachMark((expression) => ({
    place: "taken_", before: [`with opened_(${expression}) as taken_:`, "    pass"], importing: "import contextlib",
    after: "\n@contextlib.contextmanager\ndef opened_(it_):\n    yield it_\n",
  })),
  "a property": wrapped((expression) => `Box_(${expression}).got_`,
    "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n\n    @property\n    def got_(self):\n        return self.held_\n"),
  "an inherited constructor": wrapped((expression) => `Box_(${expression}).held_`,
    "\nclass Base_:\n    def __init__(self, it_):\n        self.held_ = it_\n\nclass Box_(Base_):\n    pass\n"),
  "a constructor that calls the one above": wrapped((expression) => `Box_(${expression}).held_`,
    "\nclass Base_:\n    def __init__(self, it_):\n        self.held_ = it_\n\nclass Box_(Base_):\n    def __init__(self, it_):\n        super().__init__(it_)\n"),
  "a method that calls the one above": wrapped((expression) => `Box_().same2_(${expression})`,
    "\nclass Base_:\n    def same2_(self, it_):\n        return it_\n\nclass Box_(Base_):\n    def same2_(self, it_):\n        return super().same2_(it_)\n"),
  "a method of a subclass": wrapped((expression) => `Box_().start_(${expression})`,
    "\nclass Base_:\n    def start_(self, it_):\n        return self.same2_(it_)\n\nclass Box_(Base_):\n    def same2_(self, it_):\n        return it_\n"),
  "a setter method": eachMark((expression) => ({
    place: "box_.held_", before: ["box_ = Box_()", `box_.set_(${expression})`],
    after: "\nclass Box_:\n    def set_(self, it_):\n        self.held_ = it_\n",
  })),
  "a setter that returns its object": wrapped((expression) => `Box_().set_(${expression}).held_`,
    "\nclass Box_:\n    def set_(self, it_):\n        self.held_ = it_\n        return self\n"),
  "a data class": eachMark((expression) => ({
    place: `Box_(${expression}).held_`, importing: "from dataclasses import dataclass", after: "\n@dataclass\nclass Box_:\n    held_: object\n",
  })),
  "a named tuple": eachMark((expression) => ({
    place: `Box_(${expression}).held_`, importing: "from collections import namedtuple", after: '\nBox_ = namedtuple("Box_", "held_")\n',
  })),
  "getattr": wrapped((expression) => `getattr(Box_(${expression}), "held_")`,
    "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n"),
  "setattr": eachMark((expression) => ({ place: "box_.held_", before: ["box_ = Box_()", `setattr(box_, "held_", ${expression})`], after: "\nclass Box_:\n    pass\n" })),
  "a variable of a class": eachMark((expression) => ({ place: "Box_.held_", before: [`Box_.held_ = ${expression}`], after: "\nclass Box_:\n    held_ = None\n" })),
  "a variable of another module": eachMark((expression) => ({
    place: "state_.held_", before: [`state_.held_ = ${expression}`], importing: "import state_", files: { "state_.py": "held_ = None\n" },
  })),
  "everything imported": eachMark((expression) => ({
    place: `same2_(${expression})`, importing: "from other_ import *", files: { "other_.py": "def same2_(it_):\n    return it_\n" },
  })),
  "an import inside the function": eachMark((expression) => ({
    place: `same2_(${expression})`, before: ["from other_ import same2_"], files: { "other_.py": "def same2_(it_):\n    return it_\n" },
  })),
  "an import that may fail": eachMark((expression) => ({
    place: `same2_(${expression})`, importing: "try:\n    from other_ import same2_\nexcept ImportError:\n    same2_ = None", files: { "other_.py": "def same2_(it_):\n    return it_\n" },
  })),
  "a nonlocal": eachMark((expression) => ({
    place: "taken_", before: ["taken_ = None", `given_ = ${expression}`, "def inner_():", "    nonlocal taken_", "    taken_ = given_", "inner_()"],
  })),
  "a starred name": eachMark((expression) => ({ place: "rest_[0]", before: [`first_, *rest_ = 0, ${expression}`] })),
  "a starred name inside": eachMark((expression) => ({ place: "rest_[0]", before: [`first_, (second_, *rest_) = 0, (1, ${expression})`] })),
  "names that change places": eachMark((expression) => ({ place: "b2_", before: [`a2_, b2_ = ${expression}, 0`, "a2_, b2_ = b2_, a2_"] })),
  "spread arguments": wrapped((expression) => `same2_(*[0, ${expression}])`, "\ndef same2_(no_, it_):\n    return it_\n"),
  "spread keywords": wrapped((expression) => `same2_(**{"no_": 0, "it_": ${expression}})`, "\ndef same2_(no_, it_):\n    return it_\n"),
  "spread into a dictionary": wrapped((expression) => `{**{"a": 0, "b": ${expression}}}["b"]`),
  "spread into a list": wrapped((expression) => `[*[0, ${expression}]][1]`),
  "yield from": wrapped((expression) => `next(outer_(${expression}))`, "\ndef each_(it_):\n    yield it_\n\ndef outer_(it_):\n    yield from each_(it_)\n"),
  "a generator expression": wrapped((expression) => `next(it_ for it_ in [${expression}])`),
  "map": wrapped((expression) => `list(map(lambda it_: it_, [${expression}]))[0]`),
  "sorted": wrapped((expression) => `sorted([${expression}])[0]`),
  "the values of a dictionary": wrapped((expression) => `list({"a": ${expression}}.values())[0]`),
  "the items of a dictionary": eachMark((expression) => ({ place: "taken_", before: [`for key_, taken_ in {"a": ${expression}}.items():`, "    pass"] })),
  "enumerate": eachMark((expression) => ({ place: "taken_", before: [`for n2_, taken_ in enumerate([${expression}]):`, "    pass"] })),
  "zip": eachMark((expression) => ({ place: "taken_", before: [`for n2_, taken_ in zip([0], [${expression}]):`, "    pass"] })),
  "a slice": wrapped((expression) => `[0, ${expression}][1:][0]`),
  "a copy": eachMark((expression) => ({ place: `copy.copy(${expression})`, importing: "import copy" })),
  "a list that a function fills": eachMark((expression) => ({
    place: "list_[0]", before: ["list_ = []", `fill_(list_, ${expression})`], after: "\ndef fill_(into_, it_):\n    into_.append(it_)\n",
  })),
  "a dictionary that a function fills": eachMark((expression) => ({
    place: 'dict_["k"]', before: ["dict_ = {}", `fill_(dict_, ${expression})`], after: '\ndef fill_(into_, it_):\n    into_["k"] = it_\n',
  })),
  "a dictionary by setdefault": eachMark((expression) => ({ place: 'dict_["k"]', before: ["dict_ = {}", `dict_.setdefault("k", ${expression})`] })),
  "a dictionary by update": eachMark((expression) => ({ place: 'dict_["k"]', before: ["dict_ = {}", `dict_.update({"k": ${expression}})`] })),
  "a dictionary by keywords": wrapped((expression) => `dict(a=0, k=${expression})["k"]`),
  "two names of one list": eachMark((expression) => ({ place: "list_[0]", before: ["list_ = []", "alias_ = list_", `alias_.append(${expression})`] })),
  "two names of one object": eachMark((expression) => ({ place: "box_.held_", before: ["box_ = Box_()", "alias_ = box_", `alias_.held_ = ${expression}`], after: "\nclass Box_:\n    pass\n" })),
  "a match": eachMark((expression) => ({ place: "taken_", before: [`match ${expression}:`, "    case taken_:", "        pass"] })),
  "a match of a sequence": eachMark((expression) => ({ place: "taken_", before: [`match [0, ${expression}]:`, "    case [_, taken_]:", "        pass"] })),
  "an exception that carries it": eachMark((expression) => ({
    place: "taken_", before: ["try:", `    raise Carry_(${expression})`, "except Carry_ as error_:", "    taken_ = error_.held_"],
    after: "\nclass Carry_(Exception):\n    def __init__(self, it_):\n        self.held_ = it_\n",
  })),
  "a recursion": wrapped((expression) => `down_(${expression}, 3)`, "\ndef down_(it_, n2_):\n    return it_ if n2_ == 0 else down_(it_, n2_ - 1)\n"),
  "a table of functions": wrapped((expression) => `TABLE_["b"](${expression})`,
    '\ndef same2_(it_):\n    return it_\n\nTABLE_ = {"a": len, "b": same2_}\n'),
  "a factory": wrapped((expression) => `make_box_(${expression}).held_`,
    "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n\ndef make_box_(it_):\n    return Box_(it_)\n"),
  "a box in a box": wrapped((expression) => `Box_(Box_(${expression})).held_.held_`,
    "\nclass Box_:\n    def __init__(self, it_):\n        self.held_ = it_\n"),
  "a with around it": eachMark((expression) => ({
    place: "taken_", before: ["with Held_():", `    taken_ = ${expression}`],
    after: "\nclass Held_:\n    def __enter__(self):\n        return self\n\n    def __exit__(self, *rest_):\n        return False\n",
  })),
  "a try and finally around it": eachMark((expression) => ({
    place: "taken_", before: ["held_ = Held_().enter_()", "try:", `    taken_ = ${expression}`, "finally:", "    held_.leave_()"],
    after: "\nclass Held_:\n    def enter_(self):\n        return self\n\n    def leave_(self):\n        return False\n",
  })),
};

/** Ways to write a text that leave it the same. Only for expressions that are texts anyway. */
export const aroundText: Record<string, Rewriting> = {
  "an f-string": wrapped((expression) => `f"""{${expression}}"""`),
  percent: wrapped((expression) => `"%s" % (${expression},)`),
  "percent without a tuple": wrapped((expression) => `"%s" % ${expression}`),
  "percent with names": wrapped((expression) => `"%(k)s" % {"j": 0, "k": ${expression}}`),
  format: wrapped((expression) => `"{}".format(${expression})`),
  "format with names": wrapped((expression) => `"{k}".format(k=${expression})`),
  "format with numbers": wrapped((expression) => `"{0}".format(${expression})`),
  sum: wrapped((expression) => `(${expression} + "")`),
  join: wrapped((expression) => `"".join([${expression}])`),
  "join of a generator": wrapped((expression) => `"".join(it_ for it_ in [${expression}])`),
  "percent with dict()": wrapped((expression) => `"%(k)s" % dict(k=${expression})`),
  "format_map": wrapped((expression) => `"{k}".format_map({"k": ${expression}})`),
  "a template": eachMark((expression) => ({ place: `string.Template("$k").substitute(k=${expression})`, importing: "import string" })),
  "bytes and back": wrapped((expression) => `str(${expression}).encode().decode()`),
  "join of mapped": wrapped((expression) => `"".join(map(str, [${expression}]))`),
  "a sum in a loop": eachMark((expression) => ({ place: "text2_", before: ['text2_ = ""', `for it2_ in [${expression}]:`, "    text2_ += it2_"] })),
  "an io.StringIO": eachMark((expression) => ({ place: "out2_.getvalue()", before: ["out2_ = io.StringIO()", `out2_.write(${expression})`], importing: "import io" })),
  "stripped": wrapped((expression) => `str(${expression}).strip()`),
  str: wrapped((expression) => `str(${expression})`),
  "augmented sum": eachMark((expression) => ({ place: "text2_", before: [`text2_ = ${expression}`, 'text2_ += ""'] })),
};

const dead: Record<string, readonly string[]> = {
  "a branch that never runs": ["if False:", "    dead_ = input()"],
  "a comparison that is decided": ["if 1 > 2:", "    raise ValueError(dead_)"],
  "a loop that never runs": ["while 0:", "    dead_ = 1"],
  "a statement without effect": ["pass", '"a text"', "dead_ = 1"],
  "a function that nobody calls": ["def dead_():", "    return 1"],
};

/** Statements put before those with a marked expression. */
export const beforeStatement: Record<string, Rewriting> = Object.fromEntries(
  Object.entries(dead).map(([name, before]) => [name, eachMark((expression) => ({ place: expression, before }))]),
);
