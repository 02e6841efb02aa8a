"""Runs one command and prints wall seconds, CPU seconds and peak memory of its largest process as JSON.

    python3 run-measured.py OUTPUT COMMAND ARGUMENT...

The command's stdout and stderr go to OUTPUT.
"""
import json
import resource
import subprocess
import sys
import time


def main():
    with open(sys.argv[1], "wb") as output:
        start = time.monotonic()
        code = subprocess.call(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        wall = time.monotonic() - start
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Linux counts in KiB, macOS in bytes.
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    print(json.dumps({"code": code, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss / unit}))


main()
