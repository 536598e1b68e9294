#!/usr/bin/env python3
"""Does `go get` do what `graph why --version` says of the ways to another version?

usage: ways.py MODSMITH DIR[,DIR...] COUNT [SEED]

DIR holds the go.mod and go.sum of a module; several are made the members of a workspace. COUNT modules of the build list
are chosen; each way that is named for them is gone with the go command, in a copy, and the build list compared: the
selected version has to be another one, that which was foretold, and exactly the foretold modules may have changed. The
exit code says whether that was so.
"""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ENV = dict(os.environ, GOFLAGS="-mod=mod", GOWORK="off", GOTOOLCHAIN="local")
# A workspace is no place for `-mod=mod`.
ENV_OF_WORK = dict(os.environ, GOFLAGS="", GOWORK="", GOTOOLCHAIN="local")
# The go command raises these with what asks for them; they are no modules of the build.
GO = ("go", "toolchain")


def run(command, directory):
    """Runs a command and returns its standard output, or None where it failed."""
    is_work = any((place / "go.work").exists() for place in (directory, *directory.parents))
    env = ENV_OF_WORK if is_work else ENV
    done = subprocess.run(command, cwd=directory, env=env, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{' '.join(map(str, command))}: {done.stderr.strip()[-300:]}")
        return None
    return done.stdout


def build_list(directory):
    """Returns the version of each module, main modules aside."""
    # Without `-e`, a version whose time cannot be had is an error; the build list does not depend on that.
    text = run(["go", "list", "-e", "-m", "-f", "{{.Path}} {{.Version}}", "all"], directory) or ""
    pairs = (line.split(" ", 1) for line in text.splitlines())
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[1]}


def fault(way, module, before, after):
    """Returns what is wrong with a way that was gone; None where nothing is."""
    selected = after.get(module, "none")
    if selected == before.get(module):
        return f"{selected} is still selected"
    if selected != way["selects"]:
        return f"{selected} is selected, {way['selects']} was foretold"
    told = {c["path"]: (c.get("before"), c.get("after")) for c in way["changes"] if c["path"] not in GO}
    paths = set(before) | set(after)
    real = {p: (before.get(p), after.get(p)) for p in paths if before.get(p) != after.get(p)}
    wrong = sorted(p for p in set(told) | set(real) if told.get(p) != real.get(p))
    return f"other modules change than foretold: {wrong[:5]}" if wrong else None


def lay(sources, base):
    """Copies go.mod and go.sum of a module, or of several with a go.work for them."""
    for source in sources:
        member = base / source.name if len(sources) > 1 else base
        member.mkdir(parents=True)
        for name in ("go.mod", "go.sum"):
            if (source / name).exists():
                (member / name).write_bytes((source / name).read_bytes())
    if len(sources) > 1:
        run(["go", "work", "init", *(f"./{source.name}" for source in sources)], base)


def go_get(way, copy):
    """Goes a way: in each directory that it names, or else where the module is."""
    places = [copy / place for place in way.get("in") or ["."]]
    return all(run(["go", "get", way["get"]], place) is not None for place in places)


def main():
    modsmith = pathlib.Path(sys.argv[1]).resolve()
    sources, count = [pathlib.Path(source) for source in sys.argv[2].split(",")], int(sys.argv[3])
    random.seed(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    gone, faults = 0, 0
    with tempfile.TemporaryDirectory() as temporary:
        base, copy = pathlib.Path(temporary, "base"), pathlib.Path(temporary, "copy")
        lay(sources, base)
        before = build_list(base)
        modules = sorted(before)
        for module in random.sample(modules, min(count, len(modules))):
            why = [modsmith, "graph", "why", "--json", "--version", module]
            text = run(why, base)
            # Where files of modules are not at hand, what packages need is not told: it says so, and who fetches them.
            if text and "graph what-if" in text:
                for way in json.loads(text)["answers"][0]["ways"]:
                    run([modsmith, "--quiet", "graph", "what-if", way["get"]], base)
                text = run(why, base)
            for way in json.loads(text)["answers"][0]["ways"] if text else []:
                shutil.rmtree(copy, ignore_errors=True)
                shutil.copytree(base, copy)
                gone += 1
                if not go_get(way, copy):
                    wrong = "go get refuses"
                else:
                    wrong = fault(way, module, before, build_list(copy))
                if wrong:
                    faults += 1
                    print(f"{way['get']}: {wrong}")
    print(f"{gone} ways gone, {faults} wrong")
    return 1 if faults or not gone else 0


if __name__ == "__main__":
    sys.exit(main())
