#!/usr/bin/env bash
# Measures `modsmith mod download` against `go mod download` in one run, each into an empty module cache from a proxy on
# loopback, and compares what they leave, byte for byte.
#
#   benches/download.sh MODULE_DIRECTORY MODULE_CACHE [RUNS]
#
# MODULE_DIRECTORY has a go.mod and go.sum; MODULE_CACHE has what they need and is what the proxy serves. Both programs
# get the same proxy, which takes its share of the processor, too. MODSMITH names the program (default:
# target/release/modsmith). Needs go and python3.
set -euo pipefail
cd "$(dirname "$0")/.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
source=$(realpath "$1")
served=$(realpath "$2")/cache/download
runs=${3:-3}
root=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/modsmith-download-XXXXXX")
trap 'kill "${proxy:-0}" 2>/dev/null || true; chmod -R u+w "$work"; rm -rf "$work"' EXIT
port=$((20000 + RANDOM % 20000))
DELAY=0 python3 "$root/benches/slow_proxy.py" "$served" "$port" &
proxy=$!
sleep 1
export GOPROXY=http://127.0.0.1:$port GOSUMDB=off GOFLAGS=-modcacherw GOWORK=off GOTOOLCHAIN=local GO111MODULE=on

once() { # name, number, command: seconds of wall clock and of processor
  local name=$1 number=$2
  shift 2
  rm -rf "$work/$name" "$work/main"
  mkdir "$work/main"
  cp "$source/go.mod" "$source/go.sum" "$work/main/"
  sync
  (cd "$work/main" && GOMODCACHE=$work/$name python3 - "$name" "$number" "$@" <<'PY'
import resource, subprocess, sys, time
start = time.monotonic()
subprocess.run(sys.argv[3:], check=True)
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{sys.argv[1]:9} run {sys.argv[2]}: {wall:6.2f} s, processor {used.ru_utime:6.2f} s user {used.ru_stime:6.2f} s system, {used.ru_maxrss // 1024} MB")
with open(f"../{sys.argv[1]}.times", "a") as file:
    file.write(f"{wall}\n")
PY
  )
}

for number in $(seq "$runs"); do
  once go "$number" go mod download
  once modsmith "$number" "$modsmith" mod download
done
python3 - "$work" <<'PY'
import statistics, sys
go, ours = (statistics.median(map(float, open(f"{sys.argv[1]}/{name}.times"))) for name in ("go", "modsmith"))
print(f"median: go {go:.2f} s, modsmith {ours:.2f} s: {go / ours:.2f} times")
PY
rm -f "$work/go/cache/lock" "$work/modsmith/cache/lock"
diff -r "$work/go" "$work/modsmith" && echo "the same $(find "$work/go" -type f | wc -l) files from both"
