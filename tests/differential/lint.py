#!/usr/bin/env python3
"""Is everything true that `graph lint` finds in real modules, and does it find all of it?

usage: lint.py MODSMITH [LIST [FLAG…]]

LIST holds one `module@version` a line; without it, modules.txt beside this file is read. FLAG is given to lint
(`--online`). Each finding is judged by what the go command says: the graph (`go mod graph`), the build list with
deprecations and retractions (`go list -m -json`, with `-u` for `--online`), `go mod tidy -diff` for `// indirect`. SEM-001 to
SEM-005 are judged by versions, go.mod and `.info` files. Of SEM-003, 006, 007 and 008 what lint does not find is missed as well. RESULTS names
a file for one line of JSON for each finding. Not part of CI: it needs the network and the module cache grows. The exit
code says whether all was right.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from what_if import ENV, Refused, run, source

PSEUDO = re.compile(r"[-.](\d{14})-[0-9a-f]{12}(?:\+incompatible)?$")


def documents(text):
    """Yields the JSON values that stand one after another."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        value, at = decoder.raw_decode(text, at)
        yield value


def family(path):
    """Returns a path without its major version."""
    if path.startswith("gopkg.in/"):
        return re.sub(r"\.v[0-9]+(-unstable)?$", "", path)
    return re.sub(r"/v([2-9]|[1-9][0-9]+)$", "", path)


def minor(version):
    return ".".join(version.split(".")[:2])


def is_v0(version):
    return version.startswith("v0.")


class World:
    """What the go command says of a module."""

    def __init__(self, directory, is_online):
        more = ["-u"] if is_online else []
        self.directory = directory
        text = run(["go", "list", "-e", "-m", "-json", *more, "all"], directory)
        self.modules = {module["Path"]: module for module in documents(text)}
        self.main = next(path for path, module in self.modules.items() if module.get("Main"))
        pairs = [line.split(" ") for line in run(["go", "mod", "graph"], directory).splitlines()]
        self.edges = [(one.partition("@")[::2], other.partition("@")[::2]) for one, other in pairs]
        self.is_online = is_online
        self.file = json.loads(run(["go", "mod", "edit", "-json"], directory))

    def version(self, path):
        return self.modules.get(path, {}).get("Version")

    def is_selected(self, module):
        return self.version(module[0]) == module[1]

    def file_of(self, module):
        """Returns the go.mod of a module."""
        return json.loads(run(["go", "mod", "edit", "-json", module["GoMod"]], self.directory)) if "GoMod" in module else {}

    def expected(self):
        """Returns the subjects of rules that can be told from here alone."""
        subjects = {"SEM-003": set(), "SEM-006": set(), "SEM-008": set()}
        families = {}
        for path, module in self.modules.items():
            if module.get("Main"):
                continue
            families.setdefault(family(path), []).append(path)
            if "Replace" in module:
                continue
            said = module.get("Deprecated") or self.file_of(module).get("Module", {}).get("Deprecated")
            if said:
                subjects["SEM-008"].add(f"{path}@{module['Version']}")
        subjects["SEM-003"] = {name for name, paths in families.items() if len(paths) > 1}
        for (path, version), (asked, old) in self.edges:
            new = self.version(asked)
            if not version or not self.is_selected((path, version)) or not new or asked in ("go", "toolchain"):
                continue
            if not (is_v0(old) and is_v0(new)) or PSEUDO.search(old) or PSEUDO.search(new):
                continue
            if minor(old) != minor(new) and "Replace" not in self.modules[asked]:
                subjects["SEM-006"].add(f"{asked}@{new}")
        return subjects

    def fault(self, finding, expected):
        """Returns what is false about a finding; None where nothing is."""
        rule, subject, message = finding["rule"], finding["subject"], finding["message"]
        path, _, version = subject.partition("@")
        if rule in expected:
            if subject not in expected[rule]:
                return "go knows nothing of it"
            if rule == "SEM-006":
                who, old = re.match(r"(\S+) asks for (v[^\s,]+)", message).groups()
                if ((tuple(who.split("@")), (path, old))) not in self.edges:
                    return "nobody asks for that"
            return None
        judge = {
            "SEM-001": self.incompatible,
            "SEM-002": self.untagged,
            "SEM-004": self.tagged,
            "SEM-005": self.mistimed,
            "SEM-007": self.retracted,
            "SEM-009": self.go_line,
            "SEM-010": self.go_line,
            "SEM-011": self.indirect,
            "SEM-012": self.indirect,
        }[rule]
        return judge(rule, path, version, message)

    def incompatible(self, _rule, path, version, _message):
        file = self.file_of(self.modules[path])
        return None if version.endswith("+incompatible") and "Go" in file or file.get("Require") else "no go.mod"

    def versions(self, path):
        return run(["go", "list", "-m", "-versions", path], self.directory).split()[1:]

    def untagged(self, _rule, path, _version, _message):
        return "there are tags" if self.versions(path) else None

    def tagged(self, _rule, path, version, message):
        tag = message.split(" ")[0]
        if tag not in self.versions(path):
            return "there is no such tag"
        time = json.loads(run(["go", "list", "-m", "-json", f"{path}@{tag}"], self.directory))["Time"]
        stamp = re.sub(r"\D", "", time)[:14]
        return None if PSEUDO.search(version).group(1) <= stamp else f"the tag is of {time}"

    def mistimed(self, _rule, path, version, _message):
        time = self.modules[path].get("Time", "")
        return None if re.sub(r"\D", "", time)[:14] < PSEUDO.search(version).group(1) else f"its time is {time}"

    def retracted(self, _rule, path, version, _message):
        module = json.loads(run(["go", "list", "-m", "-retracted", "-json", f"{path}@{version}"], self.directory))
        return None if module.get("Retracted") else "go does not say so"

    def go_line(self, rule, _path, _version, _message):
        def key(version):
            return [int(number) for number in re.findall(r"\d+", version)] + ([0] if "rc" not in version else [-1])

        wanted = [other[1] for one, other in self.edges if other[0] == "go" and one[1]]
        own, highest = self.file["Go"], max(wanted, key=key)
        if rule == "SEM-009":
            return None if key(own) < key(highest) else f"{highest} is asked for"
        return None if key(own)[:2] > key(highest)[:2] else f"{highest} is asked for"

    def indirect(self, rule, path, _version, _message):
        done = subprocess.run(["go", "mod", "tidy", "-diff"], cwd=self.directory, env=ENV, capture_output=True, text=True)
        lines = [line for line in done.stdout.splitlines() if re.match(rf"[-+]\s*(require )?{re.escape(path)} v", line)]
        before = [line for line in lines if line.startswith("-")]
        after = [line for line in lines if line.startswith("+")]
        if not lines:
            return "go mod tidy leaves it: " + done.stderr.strip()[-200:]
        if rule == "SEM-011":
            return None if all("// indirect" in line for line in after) else str(lines)
        return None if after and "// indirect" not in after[0] and "// indirect" in before[0] else str(lines)


def main():
    if shutil.which("go") is None:
        print("skipped: go is not on PATH")
        return 0
    modsmith = pathlib.Path(sys.argv[1]).resolve()
    path = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).with_name("modules.txt")
    flags = sys.argv[3:]
    results = open(os.environ.get("RESULTS", os.devnull), "a", encoding="utf-8")
    figures, wrong, skipped = {}, 0, 0
    for name in [line for line in path.read_text().split() if not line.startswith("#")]:
        with tempfile.TemporaryDirectory() as temporary:
            directory = pathlib.Path(temporary, "module")
            try:
                source(name, directory)
                world = World(directory, "--online" in flags)
                done = subprocess.run(
                    [modsmith, "--quiet", "graph", "lint", "--json", "--notes", *flags],
                    cwd=directory, env=ENV, capture_output=True, text=True,
                )
                if done.returncode not in (0, 1):
                    raise Refused(done.stderr)
            except Refused as refused:
                skipped += 1
                print(f"skipped: {name}: {str(refused).splitlines()[0][:200]}", flush=True)
                continue
            expected = world.expected()
            findings = json.loads(done.stdout)["findings"]
            for finding in findings:
                fault = world.fault(finding, expected)
                figures[finding["rule"]] = figures.get(finding["rule"], 0) + 1
                print(json.dumps([name, finding["rule"], finding["subject"], fault]), file=results, flush=True)
                if fault:
                    wrong += 1
                    print(f"FALSE: {name}: {finding['rule']} {finding['subject']}: {finding['message']}: {fault}", flush=True)
            for rule, subjects in expected.items():
                for subject in sorted(subjects - {finding["subject"] for finding in findings if finding["rule"] == rule}):
                    wrong += 1
                    print(f"MISSED: {name}: {rule} {subject}", flush=True)
    told = ", ".join(f"{number} {rule}" for rule, number in sorted(figures.items()))
    print(f"{sum(figures.values())} findings: {told}; {wrong} false or missed; {skipped} modules skipped")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
