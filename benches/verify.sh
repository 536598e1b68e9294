#!/usr/bin/env bash
# Measures `modsmith verify cache` against `go mod verify` on one module cache in one run: time, processor time, peak
# memory, and megabytes a second against the bound.
#
#   benches/verify.sh [MODULE@VERSION]
#
# The bound is what the check cannot do without: each entry of each zip inflated once and hashed once with SHA-256, each
# unpacked file read once. It is measured with the zlib and the OpenSSL of python3, in one process.
# Needs go and python3, and once the network to fill the cache (CACHE names one that is kept).
# MODSMITH names the program (default: target/release/modsmith); RUNS how often each is run (default: 5).
set -euo pipefail
cd "$(dirname "$0")/.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
module=${1:-github.com/prometheus/prometheus@v0.306.0}
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS=-modcacherw GOWORK=off GOTOOLCHAIN=local GO111MODULE=on GOMODCACHE=${CACHE:-$work/cache}
mkdir "$work/module"
cd "$work/module"
json=$(go mod download -json "$module")
source=$(printf '%s\n' "$json" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
cp "$source/go.mod" "$source/go.sum" .
chmod u+w go.mod go.sum
go mod download
export GOFLAGS=

cat >"$work/measure.py" <<'PY'
import hashlib, os, resource, subprocess, sys, time, zipfile

modsmith, runs = sys.argv[1], int(sys.argv[2])


def run(command):
    """Returns the seconds, the processor seconds and the peak memory in megabytes of a command."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def bound():
    """Returns the bytes of the build list, and the seconds that they take at least, in one thread."""
    cache = os.environ["GOMODCACHE"]
    listed = subprocess.run(["go", "list", "-m", "-f", "{{.Path}} {{.Version}}", "all"], capture_output=True, text=True)
    escape = lambda text: "".join("!" + c.lower() if c.isupper() else c for c in text)
    total, seconds = 0, 0.0
    for line in listed.stdout.splitlines():
        path, _, version = line.partition(" ")
        file = f"{cache}/cache/download/{escape(path)}/@v/{escape(version)}.zip"
        if not version or not os.path.exists(file):
            continue
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                # Opening is Python's own affair; only inflating, hashing and reading is counted.
                with archive.open(name) as entry:
                    start = time.process_time()
                    data = entry.read()
                    hashlib.sha256(data).digest()
                    seconds += time.process_time() - start
                total += len(data)
                unpacked = os.path.join(cache, escape(path) + "@" + escape(version), name.split("/", path.count("/") + 1)[-1])
                if os.path.exists(unpacked):
                    with open(unpacked, "rb", buffering=0) as opened:
                        start = time.process_time()
                        opened.read()
                        seconds += time.process_time() - start
    return total, seconds


tools = {"go mod verify": ["go", "mod", "verify"], "modsmith verify cache": [modsmith, "verify", "cache"]}
for command in tools.values():
    run(command)
found = {name: [] for name in tools}
for _ in range(runs):
    # In turn, so that what else the machine does hits both.
    for name, command in tools.items():
        found[name].append(run(command))
total, seconds = bound()
best = {name: [min(column) for column in zip(*rows)] for name, rows in found.items()}
for name, (wall, cpu, memory) in best.items():
    print(f"{name:22} {wall:6.2f} s  {cpu:6.2f} s of processor  {memory:6.1f} MB  {total / 1e6 / cpu:6.0f} MB/s of processor")
print(f"{'the bound':22} {'':8}  {seconds:6.2f} s of processor  {'':9}  {total / 1e6 / seconds:6.0f} MB/s of processor")
go, ours = best.values()
print(f"{total / 1e6:.0f} MB: {go[0] / ours[0]:.1f} times as fast, {go[1] / ours[1]:.1f} times less processor, {go[2] / ours[2]:.1f} times less memory")
PY
python3 "$work/measure.py" "$modsmith" "${RUNS:-5}"
