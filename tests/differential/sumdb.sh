#!/usr/bin/env bash
# Proves the go.sum of released modules with the real checksum database, cold and warm, and measures both.
#
#   tests/differential/sumdb.sh [MODULE@VERSION…]
#
# The database is reached as GOPROXY and GOSUMDB say. Cold: no tile, no record and no tree head is known; then the
# number of files is the number of requests, for each is fetched once. Warm: RUNS times (default 5), of which the median
# counts; all that is asked is whether the log has grown. At the end one line is given another version's hash, which must
# be found. Not part of CI: it needs the network, and go to get the files.
# MODSMITH names the program (default: target/release/modsmith).
set -euo pipefail
cd "$(dirname "$0")/../.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
modules=("$@")
if [ ${#modules[@]} -eq 0 ]; then
  modules=(github.com/prometheus/prometheus@v0.306.0)
fi
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on

seconds() { # command: prints how long it took
  local start end
  start=$(date +%s%N)
  "$@" >"$work/out.txt" || { cat "$work/out.txt"; return 1; }
  end=$(date +%s%N)
  echo "$(((end - start) / 1000000))"
}

for module in "${modules[@]}"; do
  dir=$work/module
  rm -rf "$dir" && mkdir "$dir"
  source=$(cd "$dir" && go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  cp "$source/go.mod" "$source/go.sum" "$dir/" && chmod u+w "$dir"/*
  chmod -R u+w "$work" && rm -rf "$work/go"
  (
    cd "$dir"
    export GOPATH=$work/go GOMODCACHE=$work/go/pkg/mod
    cold=$(seconds "$modsmith" verify sumdb)
    files=$GOMODCACHE/cache/download/sumdb
    records=$(find "$files" -path '*/lookup/*' -type f | wc -l)
    tiles=$(find "$files" -path '*/tile/*' -type f | wc -l)
    warm=$(for _ in $(seq "${RUNS:-5}"); do seconds "$modsmith" verify sumdb; done | sort -n | sed -n "$(((${RUNS:-5} + 1) / 2))p")
    offline=$(seconds "$modsmith" verify sumdb --offline)
    echo "$module: $(wc -l <go.sum) lines proven"
    echo "  cold $cold ms: $records records, $tiles tiles, 1 tree head; warm $warm ms; offline $offline ms"
    grep 'signed tree' "$work/out.txt"
    # The first line gets the hash of the second one.
    awk 'NR == 1 { first = $1 " " $2; next } NR == 2 { print first, $3 } { print }' go.sum >changed.sum
    mv changed.sum go.sum
    code=0
    "$modsmith" verify sumdb >"$work/out.txt" || code=$?
    if [ "$code" != 5 ] || ! grep -q 'sumdb-line-differs' "$work/out.txt"; then
      echo "a changed line was not found"
      exit 1
    fi
  )
done
