#!/usr/bin/env bash
# Compares `modsmith graph why` with `go mod why`, byte for byte: `-m` for ten modules of the build list of each real
# module, from all parts of it, and `-m --vendor` for the same; `graph packages ./...` with `go list -e`.
#
#   tests/differential/why.sh [LIST [COUNT]]
#
# LIST holds one `module@version` a line; without it, tests/differential/modules.txt is read, and of it the first COUNT
# (default: 5). Both tools work on the source that the module was released with and share a module cache, which
# GO_CACHE names if it is to be kept. Not part of CI: it needs the network and gigabytes of disk.
# MODSMITH names the program (default: target/release/modsmith).
set -euo pipefail
cd "$(dirname "$0")/../.."
list=${1:-tests/differential/modules.txt}
count=${2:-5}
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
if ! command -v go >/dev/null; then
  echo "skipped: go is not on PATH"
  exit 0
fi
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on GOMODCACHE=${GO_CACHE:-$work/cache}
same=0 different=0 skipped=0

compare() { # name, go's arguments, our arguments
  local their_exit=0 our_exit=0
  (cd "$work/module" && eval "go $2" >"$work/theirs" 2>"$work/their.err") || their_exit=$?
  (cd "$work/module" && eval "'$modsmith' $3" >"$work/ours" 2>"$work/our.err") || our_exit=$?
  # What nothing needs is 1 here and 0 there.
  if [ "$their_exit" -ne 0 ] && [ "$our_exit" -gt 1 ]; then
    same=$((same + 1))
    echo "both fail: $1: $(head -n 1 "$work/their.err" | cut -c1-120)"
  elif [ "$their_exit" -eq 0 ] && [ "$our_exit" -le 1 ] && cmp -s "$work/theirs" "$work/ours"; then
    same=$((same + 1))
  else
    different=$((different + 1))
    echo "DIFFERENT: $1: go exits with $their_exit, modsmith with $our_exit"
    diff "$work/theirs" "$work/ours" | head -n 8 | cut -c1-200 || true
    head -n 4 "$work/their.err" "$work/our.err" | cut -c1-300
  fi
}

while read -r module; do
  case $module in '' | '#'*) continue ;; esac
  [ "$count" -gt 0 ] || break
  count=$((count - 1))
  mkdir -p "$work/empty"
  if ! json=$(cd "$work/empty" && go mod download -json "$module" 2>"$work/err"); then
    skipped=$((skipped + 1))
    echo "skipped: $module: $(head -n 1 "$work/err")"
    continue
  fi
  source=$(printf '%s\n' "$json" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  rm -rf "$work/module" && cp -r "$source" "$work/module" && chmod -R u+w "$work/module"
  [ -f "$work/module/go.mod" ] || printf 'module %s\n' "${module%@*}" >"$work/module/go.mod"
  if ! (cd "$work/module" && go list -mod=mod -m all >"$work/list" 2>"$work/err"); then
    skipped=$((skipped + 1))
    echo "skipped: $module: $(head -n 1 "$work/err")"
    continue
  fi
  length=$(wc -l <"$work/list")
  names=$(awk -v step="$(((length + 9) / 10))" 'NR % step == 1 || step == 1 { print $1 }' "$work/list" | tr '\n' ' ')
  compare "$module why" "mod why -m $names" "graph why -m $names"
  compare "$module vendor" "mod why -m -vendor $names" "graph why -m --vendor $names"
  format="'{{.ImportPath}} {{with .Module}}{{.Path}}{{with .Version}}@{{.}}{{end}}{{end}}'"
  compare "$module packages" "list -mod=mod -e -f $format ./... | sed 's/ \$//'" \
    "graph packages --mod=mod ./... | sed '/^    /d'"
done <"$list"
echo "$same same, $different different, $skipped modules skipped"
[ "$different" -eq 0 ]
