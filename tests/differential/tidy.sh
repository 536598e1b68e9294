#!/usr/bin/env bash
# Compares `modsmith mod tidy` with `go mod tidy`: the bytes of go.mod and go.sum afterwards.
#
#   tests/differential/tidy.sh [LIST [COUNT]]
#
# LIST holds one `module@version` a line; without it, tests/differential/modules.txt is read, and of it the first COUNT
# (default: 5). Both tools work on the source that each module was released with, first as it is, then after
# each of these changes: a requirement less, a line of go.sum less, a wrong `// indirect`, a requirement that nothing
# needs, a higher go line. They share a module cache, which GO_CACHE names if it is to be kept; go runs first and fills it.
# RESULTS names a file for one line for each comparison: what stands there already is not done again. SECONDS_EACH
# bounds each run (default: 300). Not part of CI: it needs the network and gigabytes of disk.
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
export GOFLAGS=-mod=mod GOWORK=off GOTOOLCHAIN=local GO111MODULE=on GOMODCACHE=${GO_CACHE:-$work/cache}
results=${RESULTS:-$work/results}
limit=${SECONDS_EACH:-300}
touch "$results"
release=$(go env GOVERSION | sed 's/^go//')

change() { # name of the change; in the directory of a module
  case $1 in
  released) ;;
  requirement)
    # The one in the middle.
    path=$(go mod edit -json | awk '/"Require"/ { on = 1 } on && /"Path"/ { gsub(/[",]/, ""); print $2 } /"Exclude"|"Replace"|"Retract"|"Tool"/ { on = 0 }' | sort | awk '{ a[NR] = $0 } END { print a[int((NR + 1) / 2)] }')
    [ -n "$path" ] && go mod edit -droprequire="$path"
    ;;
  sum)
    [ -s go.sum ] && sed -i "$((($(wc -l <go.sum) + 1) / 2))d" go.sum
    ;;
  indirect)
    if grep -q '// indirect' go.mod; then
      sed -i '0,/ \/\/ indirect/s///' go.mod
    else
      sed -i -E '0,/^(\t[^ ]+\.[^ ]+ v[^ ]+)$/s//\1 \/\/ indirect/' go.mod
    fi
    ;;
  superfluous) go mod edit -require=rsc.io/quote@v1.5.2 ;;
  go) go mod edit -go="$release" ;;
  esac
}

move() { # copies go.mod and go.sum, and nothing else, from one directory to another
  mkdir -p "$2"
  rm -f "$2/go.mod" "$2/go.sum"
  cp "$1/go.mod" "$2/"
  if [ -e "$1/go.sum" ]; then cp "$1/go.sum" "$2/"; fi
}

run() { # what is compared
  local name=$1 their_exit=0 our_exit=0 verdict=same began ended detail=
  grep -q "^[a-z-]* $name\( \|\$\)" "$results" && return
  rm -rf "$work/start" "$work/theirs" "$work/ours"
  move "$work/released" "$work/module"
  if ! (cd "$work/module" && change "${name#* }"); then
    echo "left-out $name" | tee -a "$results"
    return
  fi
  move "$work/module" "$work/start"
  (cd "$work/module" && timeout "$limit" go mod tidy >"$work/their.out" 2>"$work/their.err") || their_exit=$?
  move "$work/module" "$work/theirs"
  move "$work/start" "$work/module"
  began=$(date +%s%N)
  (cd "$work/module" && timeout "$limit" "$modsmith" mod tidy >"$work/our.out" 2>"$work/our.err") || our_exit=$?
  ended=$(date +%s%N)
  move "$work/module" "$work/ours"
  if [ "$their_exit" -eq 124 ] || [ "$our_exit" -eq 124 ]; then
    verdict=too-slow
  elif [ "$their_exit" -ne 0 ] && [ "$our_exit" -ne 0 ]; then
    verdict=both-fail detail=$(grep -v ': downloading\|: finding' "$work/their.err" | head -n 3 | tr '\n\t' '  ' | cut -c1-200)
  elif [ "$their_exit" -ne 0 ] || [ "$our_exit" -ne 0 ]; then
    verdict=DIFFERENT detail="go exits with $their_exit, modsmith with $our_exit"
    head -n 6 "$work/their.err" "$work/our.err" | cut -c1-300
  fi
  for file in go.mod go.sum; do
    if [ "$verdict" = same ] && ! cmp -s "$work/theirs/$file" "$work/ours/$file" &&
      { [ -e "$work/theirs/$file" ] || [ -e "$work/ours/$file" ]; }; then
      verdict=DIFFERENT detail=$file
      diff "$work/theirs/$file" "$work/ours/$file" | head -n 10 | cut -c1-200 || true
    fi
  done
  echo "$verdict $name $(((ended - began) / 1000000))ms $detail" | tee -a "$results"
}

while read -r module; do
  case $module in '' | '#'*) continue ;; esac
  [ "$count" -gt 0 ] || break
  count=$((count - 1))
  if [ "$(grep -c "^[a-z-]* $module " "$results")" -ge 6 ]; then
    continue
  fi
  mkdir -p "$work/empty"
  if ! json=$(cd "$work/empty" && go mod download -json "$module" 2>"$work/err"); then
    echo "skipped: $module: $(head -n 1 "$work/err")"
    continue
  fi
  source=$(printf '%s\n' "$json" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  rm -rf "$work/module" && cp -r "$source" "$work/module" && chmod -R u+w "$work/module"
  [ -f "$work/module/go.mod" ] || printf 'module %s\n' "${module%@*}" >"$work/module/go.mod"
  rm -rf "$work/released"
  move "$work/module" "$work/released"
  for change in released requirement sum indirect superfluous go; do
    run "$module $change"
  done
done <"$list"
awk '{ count[$1]++ } END { for (verdict in count) print count[verdict], verdict }' "$results"
! grep -q '^DIFFERENT' "$results"
