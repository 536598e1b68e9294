#!/usr/bin/env bash
# Compares `modsmith graph`, `graph list` and `graph list --json` with the go command, byte for byte.
#
#   tests/differential/run.sh [LIST]
#
# LIST holds one `module@version` a line; without it, tests/differential/modules.txt is read.
# Both tools start from the go.mod and go.sum that the module was released with, each with a module
# cache of its own, and fetch what they need through GOPROXY. Not part of CI: it needs the network.
# MODSMITH names the program (default: target/release/modsmith).
set -euo pipefail
cd "$(dirname "$0")/../.."
list=${1:-tests/differential/modules.txt}
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
if ! command -v go >/dev/null; then
  echo "skipped: go is not on PATH"
  exit 0
fi
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS= GOWORK=off GOTOOLCHAIN=local GO111MODULE=on
# Two fresh caches, unless told otherwise: where one has unpacked modules, `Dir` differs.
go_cache=${GO_CACHE:-$work/go-cache}
our_cache=${OUR_CACHE:-$work/our-cache}
same=0 different=0 skipped=0

compare() { # name, go's file, our file
  sed "s#$our_cache#$go_cache#g" "$3" >"$3.here"
  if cmp -s "$2" "$3.here"; then
    same=$((same + 1))
  else
    different=$((different + 1))
    echo "DIFFERENT: $1"
    diff "$2" "$3.here" | head -n 6 | cut -c1-200 || true
  fi
}

while read -r module; do
  case $module in '' | '#'*) continue ;; esac
  dir=$work/module
  rm -rf "$dir" && mkdir "$dir"
  # GOFLAGS=-mod=mod, in a module of its own: the zip alone is wanted.
  if ! json=$(cd "$dir" && GOMODCACHE=$work/zips go mod download -json "$module" 2>"$work/err"); then
    skipped=$((skipped + 1))
    echo "skipped: $module: $(head -n 1 "$work/err")"
    continue
  fi
  source=$(printf '%s\n' "$json" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  cp "$source/go.mod" "$dir/" 2>/dev/null || printf 'module %s\n' "${module%@*}" >"$dir/go.mod"
  if [ -f "$source/go.sum" ]; then cp "$source/go.sum" "$dir/"; fi
  chmod -R u+w "$dir" "$work/zips" && rm -rf "$work/zips"
  # The second `graph` is answered from the index.
  for command in graph again list json; do
    case $command in
    graph | again) theirs=(mod graph) ours=(graph) ;;
    list) theirs=(list -m all) ours=(graph list) ;;
    json) theirs=(list -m -json all) ours=(graph list --json) ;;
    esac
    their_exit=0 our_exit=0
    (cd "$dir" && GOMODCACHE=$go_cache go "${theirs[@]}" >"$work/theirs" 2>"$work/their.err") || their_exit=$?
    (cd "$dir" && GOMODCACHE=$our_cache "$modsmith" "${ours[@]}" >"$work/ours" 2>"$work/our.err") || our_exit=$?
    if [ "$their_exit" -ne 0 ] && [ "$our_exit" -ne 0 ]; then
      same=$((same + 1))
      echo "both fail: $module $command: $(head -n 1 "$work/their.err" | cut -c1-120)"
    elif [ $((their_exit != 0)) -ne $((our_exit != 0)) ]; then
      different=$((different + 1))
      echo "DIFFERENT: $module $command: go exits with $their_exit, modsmith with $our_exit"
      head -n 4 "$work/their.err" "$work/our.err" | cut -c1-300
    else
      compare "$module $command" "$work/theirs" "$work/ours"
    fi
  done
done <"$list"
echo "$same same, $different different, $skipped modules skipped"
[ "$different" -eq 0 ]
