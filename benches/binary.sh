#!/usr/bin/env bash
# Measures `modsmith verify binary` against `go version -m` on a binary of 100 MB, and on the programs of the toolchain.
#
#   benches/binary.sh
#
# The large binary is a program with 96 MB of random data embedded, once as it is and once for Windows, where the data
# has no section of its own for the build information. Needs go and hyperfine.
# MODSMITH names the program (default: target/release/modsmith). Results are kept as JSON in benches/results.
set -euo pipefail
cd "$(dirname "$0")/.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
results=$PWD/benches/results
mkdir -p "$results"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on CGO_ENABLED=0
goroot=$(go env GOROOT)
cd "$work"
printf 'module example.com/large\n\ngo 1.24\n' >go.mod
cat >main.go <<'GO'
package main

import (
	_ "embed"
	"fmt"
	"net/http"
)

//go:embed data
var data string

func main() { fmt.Println(len(data), http.MethodGet) }
GO
head -c $((96 << 20)) /dev/urandom >data
go build -o large .
GOOS=windows go build -o large.exe .
GOOS=darwin go build -o large.macho .

measure() { # name, files
  local name=$1
  shift
  hyperfine --style none --warmup 3 --ignore-failure --export-json "$results/binary-$name.json" \
    "go version -m $*" "$modsmith verify binary --offline $*" >/dev/null
  python3 - "$name" "$results/binary-$name.json" <<'PY'
import json, sys
go, ours = (r for r in json.load(open(sys.argv[2]))["results"])
print(f"{sys.argv[1]:12} go {go['mean']*1000:8.1f} ms ± {go['stddev']*1000:5.1f}   modsmith {ours['mean']*1000:8.1f} ms ± {ours['stddev']*1000:5.1f}   {go['mean']/ours['mean']:5.1f} times")
PY
}

ls -l large large.exe large.macho | awk '{print $5, $9}'
measure elf large
measure pe large.exe
measure macho large.macho
measure toolchain "$goroot/bin" "$goroot/pkg/tool"
