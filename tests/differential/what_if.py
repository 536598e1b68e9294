#!/usr/bin/env python3
"""Does `go get` give the build list that `graph what-if` foretells?

usage: what_if.py MODSMITH COUNT [SEED [LIST]]

LIST holds one `module@version` a line; without it, modules.txt beside this file is read. For each module COUNT questions
are made up: a module of its build list, to go up, down, away, to the latest version, or to a patch release; now and then a
module of LIST that may be new. Both programs stand in the source that the module was released with. `what-if` may touch nothing there; then the go command does it, and
the build list (`go list -m all`), the `go` and the `toolchain` line are compared with what was foretold. Where one of
them refuses, the other has to. RESULTS names a file for one line of JSON for each question. Not part of CI: it needs the network
and the module cache grows. The exit code says whether everything was the same.
"""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

ENV = dict(os.environ, GOFLAGS="-mod=mod", GOWORK="off", GOTOOLCHAIN="local", GO111MODULE="on")
LIMIT = 600
# Lines of go.mod that are no modules of the build list.
LINES = ("go", "toolchain")
KINDS = ["up"] * 6 + ["down"] * 6 + ["none"] * 4 + ["patch", "upgrade", "latest", "below"] * 2 + ["add"]


class Refused(Exception):
    """A command that fails, with what it says."""


def run(command, directory):
    """Returns the standard output of a command."""
    done = subprocess.run(command, cwd=directory, env=ENV, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if not line.startswith("go: downloading")]
        raise Refused("\n".join(said) or f"exit code {done.returncode}")
    return done.stdout


def build_list(directory):
    """Returns the version of each module and of each line of LINES."""
    # Without `-e`, a version whose time cannot be had is an error; the build list does not depend on that.
    text = run(["go", "list", "-e", "-m", "-f", "{{if not .Main}}{{.Path}} {{.Version}}{{end}}", "all"], directory)
    versions = dict(line.split(" ") for line in text.splitlines() if line)
    file = json.loads(run(["go", "mod", "edit", "-json"], directory))
    versions.update((name, file[key]) for name, key in zip(LINES, ("Go", "Toolchain")) if file.get(key))
    return versions


def foretold(before, text):
    """Returns the versions after the changes of a report; None and a fault where it starts from something else."""
    after = dict(before)
    for change in json.loads(text)["changes"]:
        path, old, new = change["path"], change.get("from"), change.get("to")
        # A go.mod without a `go` line counts as one of some version.
        if before.get(path) != old and path not in LINES:
            return None, f"{path}: {old} was selected, says what-if; {before.get(path)} says go"
        if new is None:
            after.pop(path, None)
        else:
            after[path] = new
    return after, None


def question(modules, others, directory):
    """Makes up an argument: a module, and what shall become of it."""
    own = sorted(set(modules) - set(LINES))
    kind = random.choice(KINDS) if own else "add"
    if kind == "add":
        return random.choice(others)
    path = random.choice(own)
    if kind in ("none", "patch", "upgrade", "latest"):
        return f"{path}@{kind}"
    try:
        known = run(["go", "list", "-m", "-versions", path], directory).split()[1:]
    except Refused:
        known = []
    now = modules[path]
    # Whatever stands behind the selected version is higher; a pseudo-version stands nowhere.
    here = known.index(now) if now in known else len(known) // 2
    side = {"up": known[here + 1 :], "down": known[:here], "below": known}[kind]
    if not side:
        return f"{path}@none" if kind == "down" else f"{path}@latest"
    # Near ones are asked for most often.
    near = side[:5] if kind == "up" else side[-5:]
    version = random.choice(near if random.random() < 0.7 else side)
    return f"{path}@<{version}" if kind == "below" else f"{path}@{version}"


def state(directory):
    """Returns what `what-if` must not touch: names, sizes and times of all files."""
    found = {}
    for root, _, names in os.walk(directory):
        for name in names:
            status = os.lstat(os.path.join(root, name))
            found[os.path.join(root, name)] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return found


def ask(modsmith, argument, directory, before):
    """Puts one question to both; returns a verdict and what explains it."""
    untouched = state(directory)
    ours = theirs = None
    try:
        ours = run([modsmith, "--quiet", "graph", "what-if", "--json", argument], directory)
    except Refused as refused:
        our_words = str(refused)
    if state(directory) != untouched:
        return "different", "what-if has touched files"
    try:
        run(["go", "get", argument], directory)
        theirs = build_list(directory)
    except Refused as refused:
        their_words = str(refused)
    if ours is None or theirs is None:
        if ours is theirs:
            return "both fail", their_words
        return "different", f"only go fails: {their_words}" if ours else f"only what-if fails: {our_words}"
    after, wrong = foretold(before, ours)
    if wrong:
        return "different", wrong
    paths = sorted(path for path in set(after) | set(theirs) if after.get(path) != theirs.get(path))
    shown = [f"{path}: foretold {after.get(path)}, is {theirs.get(path)}" for path in paths]
    if shown:
        return "different", "\n".join(shown[:8])
    return ("same" if theirs != before else "same, no change"), ""


def source(module, directory):
    """Copies the source of a module."""
    empty = directory.parent / "empty"
    empty.mkdir(exist_ok=True)
    unpacked = json.loads(run(["go", "mod", "download", "-json", module], empty))["Dir"]
    shutil.copytree(unpacked, directory, symlinks=True)
    for root, names, files in os.walk(directory):
        for name in [".", *names, *files]:
            os.chmod(os.path.join(root, name), 0o755)
    if not (directory / "go.mod").exists():
        (directory / "go.mod").write_text(f"module {module.split('@')[0]}\n")


def each(modsmith, module, others, count, directory):
    """Yields the questions about one module, each with its verdict."""
    source(module, directory)
    names = ("go.mod", "go.sum")
    released = {name: (directory / name).read_bytes() for name in names if (directory / name).exists()}

    def restore():
        for name in names:
            (directory / name).unlink(missing_ok=True)
        for name, content in released.items():
            (directory / name).write_bytes(content)

    before = build_list(directory)
    for _ in range(count):
        argument = question(before, others, directory)
        restore()
        verdict, why = ask(modsmith, argument, directory, before)
        yield argument, verdict, why


def main():
    if shutil.which("go") is None:
        print("skipped: go is not on PATH")
        return 0
    modsmith, count = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    path = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 else pathlib.Path(__file__).with_name("modules.txt")
    modules = [line for line in path.read_text().split() if not line.startswith("#")]
    results = open(os.environ.get("RESULTS", os.devnull), "a", encoding="utf-8")
    verdicts, skipped = {}, 0
    for module in modules:
        random.seed(f"{seed} {module}")
        others = [other for other in modules if other != module]
        with tempfile.TemporaryDirectory() as temporary:
            try:
                for argument, verdict, why in each(modsmith, module, others, count, pathlib.Path(temporary, "module")):
                    verdicts[verdict] = verdicts.get(verdict, 0) + 1
                    print(json.dumps([module, argument, verdict, why]), file=results, flush=True)
                    if verdict == "different":
                        print(f"DIFFERENT: {module}: what-if {argument}\n{why}", flush=True)
            except (Refused, subprocess.TimeoutExpired) as error:
                skipped += 1
                print(f"skipped: {module}: {str(error).splitlines()[0][:200]}", flush=True)
    figures = ", ".join(f"{number} {verdict}" for verdict, number in sorted(verdicts.items()))
    print(f"{sum(verdicts.values())} questions: {figures}; {skipped} modules skipped")
    return 1 if verdicts.get("different") else 0


if __name__ == "__main__":
    sys.exit(main())
