"""Prints CPython's tree of a file in the form of packages/engine/src/languages/python/print-ast.ts.

As a program: reads one path per line, answers each with a line "<status> <bytes>" and the text.
"""
import ast
import json
import re
import sys
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(20000)
if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)

SKIPPED = {"kind", "type_comment", "type_ignores"}
TEXTS = {"name", "id", "attr", "arg", "module", "asname", "rest", "str"}
SURROGATE = re.compile("[\ud800-\udfff]")


def text(value):
    """A string as JSON.stringify writes it."""
    if SURROGATE.search(value):
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    quoted = json.dumps(value, ensure_ascii=False)
    return SURROGATE.sub(lambda found: "\\u%04x" % ord(found.group()), quoted)


def constant(value):
    if value is None or value is True or value is False:
        return str(value)
    if value is Ellipsis:
        return "Ellipsis"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bytes):
        return "b" + text(value.decode("latin-1"))
    if isinstance(value, complex):
        return "imaginary %r" % value.imag
    return "%s %r" % (type(value).__name__, value)


def scalar(node, field, value):
    if field == "value" and isinstance(node, (ast.Constant, ast.MatchSingleton)):
        return constant(value)
    if isinstance(value, (ast.expr_context, ast.operator, ast.unaryop, ast.boolop)):
        return type(value).__name__
    if field == "ops":
        return ",".join(type(item).__name__ for item in value)
    if field in ("names", "kwd_attrs") and all(isinstance(item, str) for item in value):
        return "[%s]" % ",".join(text(item) for item in value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int):
        return str(value)
    if value is None and field in TEXTS:
        return "None"
    return None


def dump(source):
    out = []
    pending = [("module", ast.parse(source), 0)]
    while pending:
        name, node, depth = pending.pop()
        if node is None:
            out.append("%d %s None" % (depth, name))
            continue
        line = "%d %s %s" % (depth, name, type(node).__name__)
        if hasattr(node, "lineno"):
            line += " %d:%d-%d:%d" % (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        children = []
        for field in node._fields:
            value = getattr(node, field, None)
            if field in SKIPPED:
                continue
            shown = scalar(node, field, value)
            if shown is not None:
                line += " %s=%s" % (field, shown)
            elif isinstance(value, ast.AST):
                children.append((field, value, depth + 1))
            elif isinstance(value, list):
                children.extend((field + "[]", item, depth + 1) for item in value)
        out.append(line)
        pending.extend(reversed(children))
    return "\n".join(out) + "\n"


def answer(source):
    """Returns a status and the tree, or why CPython rejects the file."""
    try:
        return "tree", dump(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return "rejected", "%s: %s" % (type(error).__name__, str(error).splitlines()[0])


if __name__ == "__main__":
    for path in sys.stdin.buffer:
        with open(path.rstrip(b"\n"), "rb") as file:
            status, shown = answer(file.read())
        data = shown.encode("utf-8", "surrogatepass")
        sys.stdout.buffer.write(b"%s %d\n" % (status.encode(), len(data)) + data)
        sys.stdout.buffer.flush()
