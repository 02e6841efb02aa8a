"""Parses the files named on stdin with CPython's ast.parse; prints seconds, files and rejected files as JSON."""
import ast
import json
import sys
import time
import warnings


def main():
    warnings.simplefilter("ignore")
    paths = sys.stdin.read().splitlines()
    rejected = 0
    start = time.perf_counter()
    for path in paths:
        with open(path, "rb") as source:
            text = source.read()
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            rejected += 1
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "files": len(paths), "rejected": rejected, "python": sys.version.split()[0]}))


main()
