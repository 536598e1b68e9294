#!/usr/bin/env bash
# Measures `modsmith graph diff` of two commits of a repository with 100 modules (one go.work).
#
#   benches/diff.sh
#
# Everything is made up: 100 modules in one repository that require each other and 400 other modules in 3 versions each,
# which a proxy of files has. The second commit raises and drops requirements. Needs git and python3; no go, no network.
# MODSMITH names the program (default: target/release/modsmith), RUNS how often it runs (default 20).
set -euo pipefail
cd "$(dirname "$0")/.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir "$work/repo" "$work/home"
export HOME=$work/home XDG_CONFIG_HOME=$work/home/.config GOMODCACHE=$work/mod GOPATH=$work/go GOENV=off GOFLAGS= GOSUMDB=off
export GOPROXY=file://$work/proxy
unset GOWORK GOPRIVATE GONOPROXY GONOSUMDB
git="git -C $work/repo -c user.name=bench -c user.email=bench@example.com -c commit.gpgsign=false"
make() {
  python3 - "$work" "$1" <<'PY'
import base64, hashlib, os, random, sys

work, state = sys.argv[1], int(sys.argv[2])
rng = random.Random(6)
OTHERS, VERSIONS, MEMBERS = 400, 3, 100
sums, requires = {}, {}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def reached(start):
    found, todo = set(), list(start)
    while todo:
        module = todo.pop()
        if module not in found:
            found.add(module)
            todo += requires.get(module, [])
    return found


def require(lines):
    return "require (\n" + "".join(f"\t{path} {version}{mark}\n" for path, version, mark in sorted(lines)) + ")\n"


for at in range(OTHERS):
    for version in range(VERSIONS):
        path, name = f"example.com/lib/m{at:03}", f"v1.{version}.0"
        below = rng.sample(range(at), min(at, rng.randrange(4, 20)))
        lines = [(f"example.com/lib/m{to:03}", f"v1.{rng.randrange(version + 1)}.0", "") for to in below]
        text = f"module {path}\n\ngo 1.2{version}\n\n" + require(lines)
        write(f"{work}/proxy/{path}/@v/{name}.mod", text)
        write(f"{work}/proxy/{path}/@v/{name}.info", f'{{"Version":"{name}","Time":"2024-01-02T03:04:05Z"}}')
        inner = hashlib.sha256(text.encode()).hexdigest()
        outer = hashlib.sha256(f"{inner}  go.mod\n".encode()).digest()
        sums[path, name] = f"{path} {name}/go.mod h1:{base64.b64encode(outer).decode()}\n"
        requires[path, name] = [line[:2] for line in lines]
for at in range(MEMBERS):
    lines = {}
    for to in rng.sample(range(OTHERS), 40):
        version = rng.randrange(VERSIONS - 1)
        change = rng.random()
        if state and change < 0.05:
            version += 1
        if not (state and 0.97 < change):
            lines[f"example.com/lib/m{to:03}"] = (f"v1.{version}.0", " // indirect" if to % 2 else "")
    for to in rng.sample(range(at), min(at, 5)):
        lines[f"example.com/repo/part{to:03}"] = ("v0.0.0", "")
    members = "".join(f"replace example.com/repo/part{to:03} => ../part{to:03}\n" for to in range(at))
    text = f"module example.com/repo/part{at:03}\n\ngo 1.23\n\n" + require((k, v, m) for k, (v, m) in lines.items())
    write(f"{work}/repo/part{at:03}/go.mod", text + members)
    known = reached((path, version) for path, (version, _) in lines.items())
    write(f"{work}/repo/part{at:03}/go.sum", "".join(sums[module] for module in sorted(known) if module in sums))
uses = "".join(f"\t./part{at:03}\n" for at in range(MEMBERS))
write(f"{work}/repo/go.work", f"go 1.23\n\nuse (\n{uses})\n")
PY
}
$git init -q
for state in 0 1; do
  make "$state"
  $git add -A
  $git commit -qm "state $state"
done
cd "$work/repo"
"$modsmith" graph diff HEAD~1 HEAD >"$work/first.txt"
"$modsmith" graph diff HEAD~1 HEAD >"$work/second.txt"
cmp "$work/first.txt" "$work/second.txt"
echo "$("$modsmith" graph | wc -l) requirements, $(grep -cE '^[a-z]+ ' "$work/first.txt") changes, the same with and without an index"
python3 - "$modsmith" "${RUNS:-20}" "$GOMODCACHE/cache/modsmith" <<'PY'
import os, shutil, statistics, subprocess, sys, time

modsmith, runs, index = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def run(*words):
    start = time.perf_counter()
    process = subprocess.Popen([modsmith, "graph", *words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), process.returncode
    return (time.perf_counter() - start) * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def fresh():
    shutil.rmtree(index, ignore_errors=True)
    return run("diff", "HEAD~1", "HEAD")


def show(name, found):
    wall, cpu = (statistics.median(one[at] for one in found) for at in (0, 1))
    print(f"{name:34} {wall:7.1f} ms   processor {cpu:7.1f} ms (git included)")


show("diff of two commits, no index", [fresh() for _ in range(runs)])
show("diff of two commits", [run("diff", "HEAD~1", "HEAD") for _ in range(runs)])
show("diff of a commit and the work tree", [run("diff", "HEAD~1") for _ in range(runs)])
show("graph", [run() for _ in range(runs)])
PY
