#!/usr/bin/env bash
# Measures the package level against go in one run, and prints the ratios: `modsmith graph why -m` against `go mod why -m`,
# and `modsmith mod tidy --check` against `go mod tidy -diff`.
#
#   benches/packages.sh [MODULE@VERSION…]
#
# The module cache has everything. go is measured with a build cache that is empty before each run, and with one that
# has its index of the modules; modsmith without its indexes, with that of modules alone (as after a change of imports), and
# with that of answers as well. Both work on the source that the module was released with. Needs go, hyperfine and python3, and once the network to fill the module cache, which GO_CACHE names if
# it is to be kept. MODSMITH names the program (default: target/release/modsmith). Results are kept as JSON in
# benches/results.
set -euo pipefail
cd "$(dirname "$0")/.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
modules=("$@")
if [ ${#modules[@]} -eq 0 ]; then
  modules=(github.com/prometheus/prometheus@v0.306.0 github.com/rclone/rclone@v1.69.3)
fi
for program in go hyperfine python3; do
  if ! command -v $program >/dev/null; then
    echo "skipped: $program is not on PATH"
    exit 0
  fi
done
runs=${RUNS:-10}
results=$PWD/benches/results
mkdir -p "$results"
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on GOMODCACHE=${GO_CACHE:-$work/mod} GOCACHE=$work/build
# The key of the index lies in the user's configuration: not in the one of whoever measures.
export XDG_CONFIG_HOME=$work/config
index=$GOMODCACHE/cache/modsmith/packages
answers=$GOMODCACHE/cache/modsmith/answers

measure() { # name, go's command, our command
  hyperfine --style none -i --runs "$((runs / 3 + 1))" --export-json "$results/$1-cold.json" \
    --prepare "rm -rf '$GOCACHE'" "$2" --prepare "rm -rf '$index' '$answers'" "$3" \
    --prepare "rm -rf '$answers'" "$3" >/dev/null
  hyperfine --style none -i --warmup 2 --runs "$runs" --export-json "$results/$1-warm.json" "$2" "$3" >/dev/null
  python3 - "$1" "$results" <<'PY'
import json, sys
name, results = sys.argv[1:]
def pair(kind):
    return json.load(open(f"{results}/{name}-{kind}.json"))["results"]
def show(what, go, ours):
    print(f"{name:18} {what:22} go {go['min']*1000:8.1f} ms (cpu {(go['user']+go['system'])*1000:7.1f})   "
          f"modsmith {ours['min']*1000:7.1f} ms (cpu {(ours['user']+ours['system'])*1000:6.1f})   "
          f"{go['min']/ours['min']:6.1f} times, cpu {(go['user']+go['system'])/(ours['user']+ours['system']):6.1f}")
(go_cold, ours_cold, ours_changed), (go_warm, ours_warm) = pair("cold"), pair("warm")
show("both cold", go_cold, ours_cold)
show("warm, another answer", go_warm, ours_changed)
show("go cold, ours warm", go_cold, ours_warm)
show("both warm", go_warm, ours_warm)
PY
}

peak() { # command: prints the most memory in kB
  python3 - "$@" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
}

compare() { # name, go's arguments, our arguments: the same bytes, or nothing is measured
  local name=$1 theirs=$2 ours=$3
  # shellcheck disable=SC2086
  go $theirs >"$work/theirs" 2>"$work/err" || true
  # shellcheck disable=SC2086
  "$modsmith" $ours >"$work/ours" 2>>"$work/err" || true
  if ! cmp -s "$work/theirs" "$work/ours"; then
    echo "$name: skipped: the answers differ: $(tail -n 1 "$work/err" | cut -c1-120)"
    return
  fi
  measure "$name" "go $theirs" "$modsmith $ours"
  # shellcheck disable=SC2086
  echo "$name: peak memory: go $(peak go $theirs) kB, modsmith $(peak "$modsmith" $ours) kB"
}

for module in "${modules[@]}"; do
  name=$(basename "${module%@*}")
  mkdir -p "$work/empty"
  source=$(cd "$work/empty" && go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  rm -rf "${work:?}/$name" && cp -r "$source" "$work/$name" && chmod -R u+w "$work/$name"
  cd "$work/$name"
  go mod tidy >/dev/null 2>&1 || true
  # A direct requirement: go.mod alone says where it is. An indirect one at the far end: the same work.
  required=$(go list -m -f '{{if not .Main}}{{.Path}}{{end}}' all | tail -n 1)
  echo "$module: $(go list -deps -test -e all 2>/dev/null | wc -l) packages in all, with their tests"
  compare "$name-why" "mod why -m $required" "graph why -m $required"
  if "$modsmith" mod tidy --help >/dev/null 2>&1; then
    compare "$name-tidy" "mod tidy -diff" "mod tidy --check"
  else
    echo "$name-tidy: skipped: there is no \`mod tidy\` yet"
  fi
  # What must be done in any case: the files of the main module are read once.
  files=$(find . -name '*.go' -not -path '*/testdata/*' | wc -l)
  echo "$name: $files Go files of its own, $(find "$index" -type f | wc -l) entries with $(du -sk "$index" | cut -f1) kB in the index"
  cd - >/dev/null
done
