/** Command lines that start a shell. */
import { describe, expect, test } from "vitest";
import { type Example, rowsOf } from "./rows.ts";

const code = `import os
import subprocess
import sys
from flask import request

def a():
    subprocess.run(["sh", "-c", "ls " + request.args["x"]])

def b():
    line = []
    if sys.platform == "win32":
        line.append("cmd")
        line.append("/c")
    else:
        line.append("/bin/bash")
        line.append("-ec")
    line.append("echo " + request.args["x"])
    subprocess.run(line)

def c():
    subprocess.run(["sudo", "sh", "-c"] + [request.args["x"]])

def d():
    subprocess.run(["sh", "-c", "echo $1", "sh", request.args["x"]])

def e():
    subprocess.run(["grep", "-c", request.args["x"]])

def f():
    os.execlp("sh", "sh", "-c", request.args["x"])
`;

const examples: readonly Example[] = [
  {
    title: "what follows -c is a command", detector: "command-injection", code,
    rows: [
      "7 proven", "7 violated", "18 proven", "18 proven", "18 violated", "21 proven", "21 violated", "24 proven", "24 proven", "27 proven",
      "30 proven", "30 violated",
    ],
  },
  {
    title: "what follows -c is no option", detector: "argument-injection", code,
    rows: [
      "7 proven", "18 proven", "18 proven", "21 proven", "21 proven", "24 proven", "24 proven", "24 violated", "27 proven", "27 violated",
      "30 proven", "30 proven",
    ],
  },
];

describe("commands", () => {
  for (const example of examples) test(example.title, () => expect(rowsOf(example)).toEqual(example.rows));
});
