"""Scores `warrant diff` on the CVE pairs: the weakness that comes back is new, the one that was mended is fixed.

    python3 score-diff-pairs.py --shared DIR --mirrors DIR --work DIR --command WARRANT [--only REGEX] [--out FILE] [--minutes N]

For each pair `diff FIX..PARENT` and `diff PARENT..FIX` are run in a clone that shares the mirror's objects and has no work tree.
Which findings speak of the pair is decided by score_pairs.py: the family of the weakness, at a changed place of the parent.
Rows are kept in --out, and pairs that are in it are not run again.
"""
import argparse
import collections
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time


def run(command, args, folder, output, environment):
    """One difference; returns its SARIF, None if there is none."""
    json_file = output + ".json"
    call = shlex.split(command) + ["diff", args, "-q", "-f", "sarif", "-o", output, "--json-output", json_file, "--exit-zero", "--allow-partial"]
    try:
        done = subprocess.run(call, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
    except subprocess.TimeoutExpired:
        return None, None, "timeout"
    if not os.path.exists(output):
        return None, None, (done.stderr.strip().split("\n") or [""])[-1][:200]
    with open(output) as file, open(json_file) as more:
        return json.load(file), json.load(more), ""


def of_states(log, states, path, sarif_lib):
    """The findings of a log whose results are in one of these states."""
    kept = json.loads(json.dumps(log))
    for each in kept["runs"]:
        each["results"] = [r for r in each["results"] if r.get("baselineState") in states]
        for result in each["results"]:
            result.pop("baselineState")
    with open(path, "w") as file:
        json.dump(kept, file)
    return sarif_lib.load_findings(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for flag in ("--shared", "--mirrors", "--work", "--command"):
        parser.add_argument(flag, required=True)
    parser.add_argument("--only", default="yes")
    parser.add_argument("--out", default="diff_pairs.json")
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--table", help="also write the figures there, as Markdown")
    args = parser.parse_args()
    sys.path.insert(0, os.path.join(args.shared, "tools"))
    import checkout_tree as checkout
    import cwe_families
    import sarif_lib
    import score_pairs
    families = cwe_families.Families(accept_generic=False)
    pairs = [p for p in score_pairs.load_pairs(os.path.join(args.shared, "truth/cve_pairs_dev.json"), None)
             if p["detectable"] == "yes" and re.search(args.only, f"{p['repo']} {p['fix_sha']} yes")]
    rows = json.load(open(args.out)) if os.path.exists(args.out) else {}
    end = time.monotonic() + args.minutes * 60
    for pair in pairs:
        if pair["fix_sha"] in rows or time.monotonic() > end:
            continue
        base = os.path.join(args.work, pair["fix_sha"][:12])
        shutil.rmtree(base, ignore_errors=True)
        os.makedirs(base)
        git_dir = checkout.find_git_dir(args.mirrors, pair["repo"])
        clone = os.path.join(base, "clone")
        subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", git_dir, clone], check=False, capture_output=True)
        environment = {**os.environ, "WARRANT_CACHE_DIR": os.path.join(base, "cache")}
        back, told, error = run(args.command, f"{pair['fix_sha']}..{pair['parent_sha']}", clone, os.path.join(base, "back.sarif"), environment)
        forth, _told, error2 = (None, None, error) if back is None else run(args.command, f"{pair['parent_sha']}..{pair['fix_sha']}", clone, os.path.join(base, "forth.sarif"), environment)
        row = {"repo": pair["repo"], "cwe": pair["cwe"], "error": error or error2, "excluded": bool(pair.get("exclude_from_discrimination"))}
        if back is not None and forth is not None:
            tree = os.path.join(base, "tree")
            checkout.extract(git_dir, pair["parent_sha"], tree, include=re.compile("^(" + "|".join(re.escape(name) for name in pair["files"]) + ")$"))
            side = score_pairs.Side(tree, pair["files"])
            ranges = {n: f.get("vuln_lines", []) for n, f in pair["files"].items()}
            wanted = families.matching(pair["cwe"])
            for text in pair.get("ghsa_cwes") or []:
                wanted = wanted | {score_pairs.parse_cwe(text)}
            hits = lambda log, states: sum(1 for f in of_states(log, states, os.path.join(base, "part.sarif"), sarif_lib)
                                           if f.cwes & wanted and score_pairs.places_of(f, side, pair["files"], ranges))
            row.update(reported=hits(back, {"new", "unchanged"}), new=hits(back, {"new"}), fixed=hits(forth, {"absent"}),
                       lost=[[r["reason"].get("path", ""), r["fate"], sorted({p["path"] for p in r["proofs"]})] for r in told["lostProofs"]])
        rows[pair["fix_sha"]] = row
        with open(args.out, "w") as file:
            json.dump(rows, file, indent=1)
        print(json.dumps(row), flush=True)
        shutil.rmtree(base, ignore_errors=True)
    counted = [r for r in rows.values() if r.get("reported")]
    share = collections.Counter()
    for row in counted:
        share["new"] += row["new"] > 0
        share["fixed"] += row["fixed"] > 0
    failed = [r for r in rows.values() if r["error"]]
    elsewhere = [r for r in rows.values() if any(fate == "removed" and path not in sinks for path, fate, sinks in r.get("lost", []))]
    lines = [
        f"- pairs run: {len(rows)} of {len(pairs)} that are `detectable: yes`; failed: {len(failed)}",
        f"- the parent is reported (score_pairs.py's rules): {len(counted)}",
        f"- of these, `warrant diff FIX..PARENT` reports the weakness as new: {share['new']}; `PARENT..FIX` reports it as gone: {share['fixed']}",
        f"- `FIX..PARENT` tells lost proofs in {sum(bool(r.get('lost')) for r in rows.values())} pairs; in {len(elsewhere)} of them a guard that was taken out of a file in which no sink hung on it",
    ]
    print("\n".join(lines))
    if args.table:
        with open(args.table, "w") as file:
            file.write("# Changes of the CVE pairs\n\n- command: `python3 benchmarks/score-diff-pairs.py --shared DIR --mirrors DIR --work DIR --command 'npx warrant'`\n"
                       f"- date: {time.strftime('%Y-%m-%d')}\n" + "\n".join(lines) + "\n\n| project | CWE | reported | new | gone | lost proofs |\n|---|---|---|---|---|---|\n")
            for row in rows.values():
                told = row["error"] or f"{row['reported']} | {row['new']} | {row['fixed']} | {len(row['lost'])}"
                file.write(f"| {row['repo']} | {row['cwe']} | {told}{' | | |' if row['error'] else ''} |\n")


main()
