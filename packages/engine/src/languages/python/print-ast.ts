/** A tree as text: one node per line, in the field order of CPython's `ast`, for tests and comparisons. */
import type { Ast, Constant } from "./ast.ts";

/**
 * Per kind: the name, then `field:type@place`. Places: a column, or a column and an index into its list.
 * Types: n node, l list of nodes, s string, t list of strings, c constant, i integer, and the operators.
 */
const FUNCTION = "name:s@a args:n@b body:l@c decorator_list:l@d0 returns:n@d1 type_params:l@d2";
const FOR = "target:n@a iter:n@b body:l@c orelse:l@d";
const TRY = "body:l@a handlers:l@b orelse:l@c finalbody:l@d";
const COMPREHENSION = "elt:n@a generators:l@b";
const SCHEMA: readonly string[] = [
  "Module body:l@a",
  `FunctionDef ${FUNCTION}`,
  `AsyncFunctionDef ${FUNCTION}`,
  "ClassDef name:s@a bases:l@b keywords:l@d0 body:l@c decorator_list:l@d1 type_params:l@d2",
  "Return value:n@a",
  "Delete targets:l@a",
  "Assign targets:l@a value:n@b",
  "TypeAlias name:n@a type_params:l@b value:n@c",
  "AugAssign target:n@a op:binary@b value:n@c",
  "AnnAssign target:n@a annotation:n@b value:n@c simple:i@d",
  `For ${FOR}`,
  `AsyncFor ${FOR}`,
  "While test:n@a body:l@b orelse:l@c",
  "If test:n@a body:l@b orelse:l@c",
  "With items:l@a body:l@b",
  "AsyncWith items:l@a body:l@b",
  "Match subject:n@a cases:l@b",
  "Raise exc:n@a cause:n@b",
  `Try ${TRY}`,
  `TryStar ${TRY}`,
  "Assert test:n@a msg:n@b",
  "Import names:l@a",
  "ImportFrom module:s@a names:l@b level:i@c",
  "Global names:t@a",
  "Nonlocal names:t@a",
  "Expr value:n@a",
  "Pass",
  "Break",
  "Continue",
  "Py2Print values:l@a dest:n@b nl:i@c",
  "Py2Exec body:n@a globals:n@b locals:n@c",
  "ErrorStmt",
  "BoolOp op:bool@a values:l@b",
  "NamedExpr target:n@a value:n@b",
  "BinOp left:n@a op:binary@b right:n@c",
  "UnaryOp op:unary@a operand:n@b",
  "Lambda args:n@a body:n@b",
  "IfExp test:n@a body:n@b orelse:n@c",
  "Dict keys:l@a values:l@b",
  "Set elts:l@a",
  `ListComp ${COMPREHENSION}`,
  `SetComp ${COMPREHENSION}`,
  "DictComp key:n@a value:n@b generators:l@c",
  `GeneratorExp ${COMPREHENSION}`,
  "Await value:n@a",
  "Yield value:n@a",
  "YieldFrom value:n@a",
  "Compare left:n@a ops:compare@b comparators:l@c",
  "Call func:n@a args:l@b keywords:l@c",
  "FormattedValue value:n@a conversion:i@b format_spec:n@c",
  "Interpolation value:n@a str:s@b conversion:i@c format_spec:n@d",
  "JoinedStr values:l@a",
  "TemplateStr values:l@a",
  "Constant value:c@a",
  "Attribute value:n@a attr:s@b ctx:context@c",
  "Subscript value:n@a slice:n@b ctx:context@c",
  "Starred value:n@a ctx:context@b",
  "Name id:s@a ctx:context@b",
  "List elts:l@a ctx:context@b",
  "Tuple elts:l@a ctx:context@b",
  "Slice lower:n@a upper:n@b step:n@c",
  "Py2Repr value:n@a",
  "ErrorExpr",
  "arguments posonlyargs:l@a args:l@b vararg:n@d0 kwonlyargs:l@c kw_defaults:l@d3 kwarg:n@d1 defaults:l@d2",
  "arg arg:s@a annotation:n@b",
  "keyword arg:s@a value:n@b",
  "alias name:s@a asname:s@b",
  "withitem context_expr:n@a optional_vars:n@b",
  "match_case pattern:n@a guard:n@b body:l@c",
  "ExceptHandler type:n@a name:s@b body:l@c",
  "comprehension target:n@a iter:n@b ifs:l@c is_async:i@d",
  "TypeVar name:s@a bound:n@b default_value:n@c",
  "ParamSpec name:s@a default_value:n@c",
  "TypeVarTuple name:s@a default_value:n@c",
  "MatchValue value:n@a",
  "MatchSingleton value:c@a",
  "MatchSequence patterns:l@a",
  "MatchMapping keys:l@a patterns:l@b rest:s@c",
  "MatchClass cls:n@a patterns:l@b kwd_attrs:t@c kwd_patterns:l@d",
  "MatchStar name:s@a",
  "MatchAs pattern:n@a name:s@b",
  "MatchOr patterns:l@a",
];

/** Kinds that carry no position in CPython's tree. */
const UNPLACED = new Set(["Module", "arguments", "withitem", "match_case", "comprehension"]);

const WORDS: Readonly<Record<string, readonly string[]>> = {
  context: ["Load", "Store", "Del"],
  bool: ["And", "Or"],
  unary: ["Invert", "Not", "UAdd", "USub"],
  binary: [
    "Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd",
    "FloorDiv",
  ],
  compare: ["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"],
};

interface Field {
  readonly name: string;
  readonly type: string;
  readonly column: "a" | "b" | "c" | "d";
  readonly index: number;
}

interface Shape {
  readonly name: string;
  readonly scalars: readonly Field[];
  readonly children: readonly Field[];
}

const SHAPES: readonly Shape[] = SCHEMA.map(readShape);

function readShape(line: string): Shape {
  const [name, ...rest] = line.split(" ");
  const fields = rest.map((text): Field => {
    const [fieldName, type, place] = text.split(/[:@]/);
    return { name: fieldName, type, column: place.charAt(0) as Field["column"], index: place.length > 1 ? Number(place.charAt(1)) : -1 };
  });
  const isChild = (field: Field): boolean => field.type === "n" || field.type === "l";
  return {
    name,
    scalars: fields.filter((field) => !isChild(field)),
    children: fields.filter(isChild),
  };
}

/**
 * Prints a tree. A node is `field Kind line:column-line:column scalar=value ...`, indented below its parent;
 * an item of a list has `field[]`, and a missing item stands as `None`. Lines are 1-based, columns are 0-based
 * UTF-8 bytes, as in CPython.
 */
export function printAst(ast: Ast, lineStarts: Int32Array, positions = true): string {
  const out: string[] = [];
  // Pending nodes with their field and depth: trees can be as deep as a file is long.
  const rows: number[] = [ast.root];
  const names: string[] = ["module"];
  const depths: number[] = [0];
  const place = placer(lineStarts);
  while (rows.length > 0) {
    const row = rows.pop() as number;
    const name = names.pop() as string;
    const depth = depths.pop() as number;
    const indent = `${depth} `;
    if (row < 0) {
      out.push(`${indent}${name} None`);
      continue;
    }
    const shape = SHAPES[ast.kind.data[row]];
    const at = positions && !UNPLACED.has(shape.name) ? ` ${place(ast.start.data[row])}-${place(ast.end.data[row])}` : "";
    const scalars = shape.scalars.map((field) => ` ${field.name}=${scalarText(ast, field, row)}`).join("");
    out.push(`${indent}${name} ${shape.name}${at}${scalars}`);
    for (let i = shape.children.length - 1; i >= 0; i--) {
      const field = shape.children[i];
      const value = fieldValue(ast, field, row);
      if (field.type === "n") {
        if (value < 0) continue;
        rows.push(value);
        names.push(field.name);
        depths.push(depth + 1);
        continue;
      }
      for (let k = ast.lists.length(value) - 1; k >= 0; k--) {
        rows.push(ast.lists.at(value, k));
        names.push(`${field.name}[]`);
        depths.push(depth + 1);
      }
    }
  }
  return `${out.join("\n")}\n`;
}

function fieldValue(ast: Ast, field: Field, row: number): number {
  const value = ast[field.column].data[row];
  return field.index < 0 ? value : ast.lists.at(value, field.index);
}

function scalarText(ast: Ast, field: Field, row: number): string {
  const value = fieldValue(ast, field, row);
  switch (field.type) {
    case "i": return String(value);
    case "s": return value < 0 ? "None" : JSON.stringify(ast.strings.text(value));
    case "t": return `[${ast.lists.toArray(value).map((id) => JSON.stringify(ast.strings.text(id))).join(",")}]`;
    case "c": return constantText(ast.constants[value]);
    case "compare": return ast.lists.toArray(value).map((operator) => WORDS["compare"][operator]).join(",");
    default: return WORDS[field.type][value];
  }
}

function constantText(constant: Constant): string {
  switch (constant.type) {
    case "none": return "None";
    case "true": return "True";
    case "false": return "False";
    case "ellipsis": return "Ellipsis";
    case "int": return `int ${constant.value}`;
    case "float": return `float ${constant.value}`;
    case "imaginary": return `imaginary ${constant.value}`;
    case "str": return JSON.stringify(constant.value);
    case "bytes": return `b${JSON.stringify(constant.value)}`;
  }
}

function placer(lineStarts: Int32Array): (offset: number) => string {
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lineStarts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return `${low + 1}:${offset - lineStarts[low]}`;
  };
}
