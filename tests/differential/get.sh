#!/usr/bin/env bash
# Compares `modsmith mod get` with `go get` on real modules: go.mod, go.sum, exit code and what is printed.
#
#   tests/differential/get.sh [LIST] [COUNT] [SEED]
#
# LIST holds one `module@version` a line; without it, tests/differential/modules.txt is read. For each module COUNT command
# lines (default 3) are made up from its own requirements: upgrades, downgrades, removals, `-u`. Both tools start from the
# module as it was released, go.mod and go.sum with its source, each in a copy of its own. They share a module cache, so
# that each module is fetched once: GO_CACHE names one that stays. Not part of CI: it needs the network.
# MODSMITH names the program (default: target/release/modsmith). KEEP=DIR keeps the copies of what differs.
set -euo pipefail
cd "$(dirname "$0")/../.."
list=${1:-tests/differential/modules.txt} count=${2:-3} seed=${3:-1}
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
if ! command -v go >/dev/null; then
  echo "skipped: go is not on PATH"
  exit 0
fi
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS=-mod=mod GOWORK=off GOTOOLCHAIN=local GO111MODULE=on
export GOMODCACHE=${GO_CACHE:-$work/cache}
same=0 different=0 skipped=0
RANDOM=$seed

pick() { # a random line of stdin
  local lines
  mapfile -t lines
  [ "${#lines[@]}" -gt 0 ] || return 1
  echo "${lines[RANDOM % ${#lines[@]}]}"
}

command_line() { # sets args
  local path version
  path=$(cd "$work/module" && go mod edit -json | sed -n 's/^\t\t\t"Path": "\(.*\)",*$/\1/p' | sort -u | pick) || return 1
  # go.mod lists replaced modules and exclusions, too; both tools are asked the same.
  version=$(cd "$work/module" && go list -m -versions "$path" 2>/dev/null | tr ' ' '\n' | tail -n +2 | tail -n 12 | pick) || version=latest
  case $((RANDOM % 10)) in
  0 | 1 | 2) args=("$path@$version") ;;
  3 | 4) args=("$path@none") ;;
  5) args=("$path@latest") ;;
  6) args=(-u "$path") ;;
  7) args=("$path@patch") ;;
  8) args=(-u=patch ./...) ;;
  9) args=("$path@<$version") ;;
  esac
}

while read -r module; do
  case $module in '' | '#'*) continue ;; esac
  rm -rf "$work/module" && mkdir "$work/module"
  if ! json=$(cd "$work/module" && go mod download -json "$module" 2>"$work/err"); then
    skipped=$((skipped + 1))
    echo "skipped: $module: $(head -n 1 "$work/err")"
    continue
  fi
  source=$(printf '%s\n' "$json" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
  cp -r "$source/." "$work/module/" && chmod -R u+w "$work/module"
  [ -f "$work/module/go.mod" ] || printf 'module %s\n' "${module%@*}" >"$work/module/go.mod"
  for _ in $(seq "$count"); do
    command_line || continue
    for who in theirs ours; do
      rm -rf "${work:?}/$who" && cp -r "$work/module" "$work/$who"
    done
    their_exit=0 our_exit=0
    (cd "$work/theirs" && timeout 600 go get "${args[@]}" 2>"$work/theirs.err" >/dev/null) || their_exit=$?
    (cd "$work/ours" && timeout 600 "$modsmith" --quiet mod get --format go "${args[@]}" >"$work/ours.out" 2>"$work/ours.err") || our_exit=$?
    # On success ours stands on stdout; an error has another prefix, and advice below it.
    grep -v '^go: \(downloading\|finding\)' "$work/theirs.err" | sed 's/^go: //' | sort >"$work/theirs.said" || true
    sed 's/^go: //; s/^error: //; /^hint: /d; /^$/d' "$work/ours.out" "$work/ours.err" | sort >"$work/ours.said"
    verdict=same
    [ $((their_exit != 0)) -eq $((our_exit != 0)) ] || verdict="exit $their_exit and $our_exit"
    for file in go.mod go.sum; do
      diff "$work/theirs/$file" "$work/ours/$file" >"$work/diff" 2>&1 || verdict="$file"
    done
    if [ "$their_exit" -eq 0 ] && ! cmp -s "$work/theirs.said" "$work/ours.said"; then verdict="words"; fi
    if [ "$verdict" = same ]; then
      same=$((same + 1))
      continue
    fi
    different=$((different + 1))
    echo "DIFFERENT ($verdict): $module: get ${args[*]}"
    for file in go.mod go.sum; do diff "$work/theirs/$file" "$work/ours/$file" | head -n 6 | cut -c1-160 || true; done
    diff "$work/theirs.said" "$work/ours.said" | head -n 6 | cut -c1-240 || true
    if [ -n "${KEEP:-}" ]; then
      mkdir -p "$KEEP/$different" && cp -r "$work/theirs/go.mod" "$work"/*.err "$KEEP/$different/"
      printf '%s\n' "${args[@]}" >"$KEEP/$different/args"
    fi
  done
done <"$list"
echo "$same same, $different different, $skipped modules skipped"
[ "$different" -eq 0 ]
