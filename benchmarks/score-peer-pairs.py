"""Scores other tools on the CVE pairs by the shared rules, from the changed files alone.

    python3 score-peer-pairs.py --shared DIR --mirrors DIR --work DIR --venv DIR --rules DIR [--only yes] TOOL...

Each of these tools looks at one file at a time, so what it says of a changed file does not depend on the rest of the tree.
The changed files of all pairs are laid out in one folder and each tool runs once over it; the judgement is that of
score_pairs.py, called as it is. Findings per thousand lines cannot be had this way: clean trees have them.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))


def lay_out(pairs, mirrors, root, checkout):
    """Writes the changed files of both sides of every pair; returns the folders of each pair."""
    folders = []
    for number, pair in enumerate(pairs):
        sides = []
        wanted = re.compile("^(" + "|".join(re.escape(name) for name in pair["files"]) + ")$")
        for side, revision in (("before", pair["parent_sha"]), ("after", pair["fix_sha"])):
            folder = os.path.join(root, f"{number:03d}", side)
            if not os.path.isdir(folder):
                checkout.extract(checkout.find_git_dir(mirrors, pair["repo"]), revision, folder, include=wanted)
            sides.append(folder)
        folders.append(sides)
    return folders


def below(findings, folder, root):
    """The findings inside one folder, with their paths relative to it."""
    prefix = os.path.relpath(folder, root) + "/"
    out = []
    for found in findings:
        cut = lambda spots: [(name[len(prefix):], line) for name, line, *_rest in spots if name.startswith(prefix)]
        places = cut(found.places)
        if places:
            out.append(types.SimpleNamespace(rule=found.rule, cwes=found.cwes, places=places, steps=cut(found.steps), file=places[0][0], line=places[0][1]))
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for flag in ("--shared", "--mirrors", "--work", "--venv", "--rules"):
        parser.add_argument(flag, required=True)
    parser.add_argument("--only", default="yes")
    parser.add_argument("tools", nargs="+")
    args = parser.parse_args()
    sys.path.insert(0, os.path.join(args.shared, "tools"))
    import checkout_tree as checkout
    import cwe_families
    import sarif_lib
    import score_pairs
    pairs = [p for p in score_pairs.load_pairs(os.path.join(args.shared, "truth/cve_pairs_dev.json"), None) if p["detectable"] == args.only]
    root = os.path.join(args.work, "pair-files")
    folders = lay_out(pairs, args.mirrors, root, checkout)
    families = cwe_families.Families(cwe_families.TABLE)
    for tool in args.tools:
        sarif = os.path.join(args.work, f"pairs-{tool}.sarif")
        if not os.path.exists(sarif):
            subprocess.run(["node", os.path.join(HERE, "run-peer.mjs"), tool, "--venv", args.venv, "--rules", args.rules, root, sarif], check=True)
        findings = sarif_lib.load_findings(sarif, root)
        rows = []
        for pair, sides in zip(pairs, folders):
            found = [below(findings, side, root) for side in sides]
            row = score_pairs.judge(pair, found[0], found[1], sides, families)
            row["excluded"] = bool(pair.get("exclude_from_discrimination"))
            rows.append(row)
        counted = [row for row in rows if not row["excluded"]]
        print(json.dumps({"tool": tool, "pairs": len(rows), "detected": sum(r["detected"] for r in rows),
                          "discriminated": sum(r["discriminated"] for r in counted), "counted": len(counted)}), flush=True)


main()
