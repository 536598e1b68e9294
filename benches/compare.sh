#!/usr/bin/env bash
# Measures `modsmith graph` against `go mod graph` in one run, and prints the ratios.
#
#   benches/compare.sh [MODULE@VERSION…]
#
# Warm: the module cache has every go.mod. With go.sum, and without it (then every go.mod is checked against
# the checksum database, whose tiles are cached). Cold: an empty module cache, and a proxy on loopback that adds
# 20 ms to each request. Needs go, hyperfine and python3, and once the network to fill the cache.
# MODSMITH names the program (default: target/release/modsmith). Results are kept as JSON in benches/results.
set -euo pipefail
cd "$(dirname "$0")/.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
modules=("$@")
if [ ${#modules[@]} -eq 0 ]; then
  modules=(github.com/influxdata/telegraf@v1.37.2 github.com/prometheus/prometheus@v0.306.0 github.com/anchore/grype@v0.110.0)
fi
root=$PWD
port=$((20000 + RANDOM % 20000))
runs=${RUNS:-10}
results=$PWD/benches/results
mkdir -p "$results"
work=$(mktemp -d)
trap 'kill "${proxy:-0}" 2>/dev/null || true; chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on

measure() { # name, then options and the two commands of hyperfine
  local name=$1
  shift
  hyperfine --style none --export-json "$results/$name.json" "$@" >/dev/null
  python3 - "$name" "$results/$name.json" <<'PY'
import json, sys
go, ours = (r for r in json.load(open(sys.argv[2]))["results"])
print(f"{sys.argv[1]:44} go {go['mean']*1000:9.1f} ms ± {go['stddev']*1000:6.1f}   modsmith {ours['mean']*1000:8.1f} ms ± {ours['stddev']*1000:5.1f}   {go['mean']/ours['mean']:6.1f} times")
PY
}

peak() { # command: prints the most memory in kB
  python3 - "$@" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PY
}

hyperfine --style none --warmup 3 --export-json "$results/version.json" -N "$modsmith --version" >/dev/null
python3 -c "import json; r=json.load(open('$results/version.json'))['results'][0]; print(f\"--version: {r['mean']*1000:.2f} ms\")"

for module in "${modules[@]}"; do
  name=$(basename "${module%@*}")
  dir=$work/$name
  mkdir -p "$dir"
  source=$(cd "$dir" && go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  cp "$source/go.mod" "$source/go.sum" "$dir/" && chmod u+w "$dir"/*
  cd "$dir"
  go mod graph >"$work/go.txt"
  "$modsmith" graph >"$work/ours.txt"
  cmp "$work/go.txt" "$work/ours.txt"
  echo "$module: $(wc -l <"$work/go.txt") edges, the same bytes from both"
  measure "$name-warm" --warmup 2 --runs "$runs" "go mod graph" "$modsmith graph"
  echo "  peak memory: go $(peak go mod graph) kB, modsmith $(peak "$modsmith" graph) kB"
  mkdir -p nosum && cp go.mod nosum/ && cd nosum
  if timeout "${LIMIT:-600}" go mod graph >/dev/null 2>"$work/err"; then
    "$modsmith" graph | cmp - "$work/go.txt"
    measure "$name-warm-no-go.sum" --warmup 1 --runs "$runs" "go mod graph" "$modsmith graph"
  else
    echo "  without go.sum: skipped, go fails: $(tail -n 1 "$work/err" | cut -c1-120)"
  fi
  cd "$dir"
  python3 "$root/benches/slow_proxy.py" "$(go env GOMODCACHE)/cache/download" "$port" &
  proxy=$!
  sleep 1
  export GOPROXY=http://127.0.0.1:$port GOSUMDB=off
  clean="chmod -R u+w $work/cold 2>/dev/null; rm -rf $work/cold"
  measure "$name-cold-20ms" --runs 3 --prepare "$clean" \
    "GOMODCACHE=$work/cold go mod graph" "GOMODCACHE=$work/cold $modsmith graph"
  unset GOPROXY GOSUMDB
  kill "$proxy"
  port=$((port + 1))
  cd "$root"
done
