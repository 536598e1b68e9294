#!/usr/bin/env bash
# Measures every view of a module graph against plain `modsmith graph`, warm, and prints the ratios.
#
#   benches/views.sh [MODULE@VERSION…]
#
# The commands take turns, so that a busy machine slows all of them down alike; printed are medians of the time that
# passed and of the processor's time. The proxy is the module cache itself: commands that ask for versions (`why`,
# `what-if`) wait for no network. Needs go, python3, and once the network to fill the cache.
# MODSMITH names the program (default: target/release/modsmith), RUNS how often each command runs (default 20).
# LIMIT (default 1.5) is the ratio above which a line is marked.
set -euo pipefail
cd "$(dirname "$0")/.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
modules=("$@")
if [ ${#modules[@]} -eq 0 ]; then
  modules=(github.com/prometheus/prometheus@v0.306.0 github.com/anchore/grype@v0.110.0 github.com/influxdata/telegraf@v1.37.2)
fi
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on
dirs=()
for module in "${modules[@]}"; do
  dir=$work/$(basename "${module%@*}")
  mkdir -p "$dir"
  source=$(cd "$dir" && go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  cp "$source/go.mod" "$source/go.sum" "$dir/" && chmod u+w "$dir"/*
  (cd "$dir" && "$modsmith" graph >/dev/null)
  dirs+=("$dir")
done
GOPROXY=file://$(go env GOMODCACHE)/cache/download
export GOPROXY
python3 - "$modsmith" "${RUNS:-20}" "${LIMIT:-1.5}" "${dirs[@]}" <<'PY'
import os, statistics, subprocess, sys, time

modsmith, runs, limit, dirs = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]
VIEWS = [
    [],
    ["--format", "json"],
    ["--format", "dot"],
    ["--format", "mermaid"],
    ["--format", "svg"],
    ["--format", "html"],
    ["cycles"],
    ["replaces"],
    ["lint"],
    ["why", "--version", "golang.org/x/net"],
    ["what-if", "golang.org/x/net@{selected}"],
    ["diff", "./go.mod", "./go.mod"],
    ["trace", "golang.org/x/net"],
    ["trace"],
]


def run(command, cwd):
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000, process.returncode


for cwd in dirs:
    listed = subprocess.run([modsmith, "graph", "list", "golang.org/x/net"], cwd=cwd, capture_output=True, text=True)
    selected = (listed.stdout.split() or ["", "latest"])[1]
    commands = [[modsmith, "graph"] + [word.format(selected=selected) for word in view] for view in VIEWS]
    codes = []
    for command in commands:
        # Three times: the graph, what its go.mod files say, and then all of it is known.
        codes.append([run(command, cwd)[2] for _ in range(3)][-1])
    times = [[] for _ in commands]
    for _ in range(runs):
        for command, found in zip(commands, times):
            found.append(run(command, cwd)[:2])
    middle = [[statistics.median(one[at] for one in found) for at in (0, 1)] for found in times]
    print(f"{os.path.basename(cwd)}:")
    for command, code, (wall, cpu) in zip(commands, codes, middle):
        ratios = wall / middle[0][0], cpu / middle[0][1]
        # Exit code 1 is an answer: cycles, say.
        note = f"  failed with exit code {code}" if code > 1 else "  <-- above" if limit < min(ratios) else ""
        name = " ".join(command[2:]) or "(plain)"
        print(f"  {name:34} {wall:7.2f} ms {ratios[0]:6.2f} times   processor {cpu:7.2f} ms {ratios[1]:6.2f} times{note}")
PY
