#!/usr/bin/env bash
# Compares `modsmith verify binary` with `go version -m` on small programs that go builds for many systems.
#
#   tests/differential/binary.sh [GOOS/GOARCH…]
#
# Text and JSON must be the same to the byte. Where Go cannot read what it built (WebAssembly, stripped XCOFF), that is
# said and counted. With DAMAGE=N each program is damaged N times and the answers are written to damage.jsonl in the
# working directory, in the form of tests/corpora/binaries-damaged.jsonl.
# MODSMITH names the program (default: target/release/modsmith).
set -euo pipefail
cd "$(dirname "$0")/../.."
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
if ! command -v go >/dev/null; then
  echo "skipped: go is not on PATH"
  exit 0
fi
root=$PWD
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  targets=(linux/amd64 linux/386 linux/arm64 linux/mips linux/mips64le linux/riscv64 linux/ppc64le linux/s390x
    freebsd/amd64 openbsd/arm64 netbsd/386 dragonfly/amd64 solaris/amd64 illumos/amd64 android/arm64
    darwin/amd64 darwin/arm64 windows/386 windows/amd64 windows/arm64 aix/ppc64 plan9/386 plan9/amd64 plan9/arm
    js/wasm wasip1/wasm)
fi
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on CGO_ENABLED=0 GOSUMDB=off
same=0 different=0 beyond=0 failed=0

# A tag and a clean work tree: then there is nothing to find, and the JSON is Go's alone.
mkdir "$work/tiny" && cd "$work/tiny"
printf 'module example.com/tiny\n\ngo 1.24\n' >go.mod
printf 'package main\n\nfunc main() { println("tiny") }\n' >main.go
git init -q && git add . && git -c user.name=a -c user.email=a@example.com commit -qm tiny && git tag v1.0.0

check() { # name of a program
  local name=$1
  cd "$work/bin"
  compare "$name"
  cd "$work/tiny"
}

compare() { # name of a program in the working directory
  local name=$1 lines out=$work/out
  if ! go version -m "$name" >"$out/go.txt" 2>"$out/go.err"; then
    if "$modsmith" verify binary "$name" >"$out/our.txt" 2>"$out/our.err"; then
      beyond=$((beyond + 1))
      echo "beyond go: $name: $(sed 's/.*: //' "$out/go.err")"
    elif grep -qF "$(cat "$out/go.err")" "$out/our.txt"; then
      same=$((same + 1))
    else
      different=$((different + 1))
      echo "DIFFERENT: $name"
      cat "$out/go.err" "$out/our.txt" "$out/our.err"
    fi
    return
  fi
  go version -m -json "$name" >"$out/go.json"
  "$modsmith" verify binary "$name" >"$out/our.txt" || true
  "$modsmith" verify binary --json "$name" >"$out/our.json" || true
  lines=$(wc -l <"$out/go.txt")
  if head -n "$lines" "$out/our.txt" | cmp -s - "$out/go.txt" && cmp -s "$out/our.json" "$out/go.json"; then
    same=$((same + 1))
  else
    different=$((different + 1))
    echo "DIFFERENT: $name"
    diff "$out/go.txt" "$out/our.txt" | head -n 6 || true
    diff "$out/go.json" "$out/our.json" | head -n 6 || true
  fi
}

mkdir "$work/bin" "$work/out"
for target in "${targets[@]}"; do
  for kind in plain stripped trimpath pie; do
    flags=()
    case $kind in
    stripped) flags=(-ldflags='-s -w') ;;
    trimpath) flags=(-trimpath -tags=netgo,osusergo) ;;
    pie) flags=(-buildmode=pie) ;;
    esac
    name=${target/\//-}-$kind
    if GOOS=${target%/*} GOARCH=${target#*/} go build -buildvcs=true "${flags[@]}" -o "$work/bin/$name" . 2>/dev/null; then
      check "$name"
    else
      failed=$((failed + 1))
    fi
  done
done
if [ -n "${DAMAGE:-}" ]; then
  go run "$root/tests/differential/damage.go" "$DAMAGE" "$work"/bin/* >"$root/damage.jsonl"
  echo "damage.jsonl: $(wc -l <"$root/damage.jsonl") answers"
fi
echo "same: $same  different: $different  beyond go: $beyond  not built: $failed"
[ "$different" -eq 0 ]
