#!/usr/bin/env bash
# Compares `modsmith verify cache` with `go mod verify`, on clean and on broken module caches, verdict by verdict.
#
#   tests/differential/verify.sh [MODULE@VERSION]
#
# Go's verdicts, sorted, must be the first lines of the other's text. Not part of CI: it needs the network, once.
# MODSMITH names the program (default: target/release/modsmith).
set -euo pipefail
cd "$(dirname "$0")/../.."
module=${1:-github.com/spf13/cobra@v1.8.1}
modsmith=$(realpath "${MODSMITH:-target/release/modsmith}")
if ! command -v go >/dev/null; then
  echo "skipped: go is not on PATH"
  exit 0
fi
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS=-modcacherw GOWORK=off GOTOOLCHAIN=local GO111MODULE=on GOMODCACHE=$work/clean LC_ALL=C
mkdir "$work/module"
cd "$work/module"
source=$(go mod download -json "$module" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p')
cp "$source/go.mod" "$source/go.sum" . && chmod u+w go.mod go.sum
go mod download
export GOFLAGS= GOPROXY=off
# What the changes below are made to: the last module of the build list that was downloaded.
while read -r path version; do
  name=$(printf '%s' "$path" | sed 's/[A-Z]/!\L&/g')
  if [ -f "$GOMODCACHE/cache/download/$name/@v/$version.zip" ] && [ -d "$GOMODCACHE/$name@$version" ]; then
    dir=$name@$version zip=cache/download/$name/@v/$version.zip
  fi
done < <(go list -m all | tail -n +2)
file=$(cd "$work/clean" && find "$dir" -type f -size +100c | sort | head -n 1)
echo "changing $dir"
same=0 different=0

check() { # name, commands that change the cache in the working directory
  export GOMODCACHE=$work/cache
  chmod -R u+w "$work/cache" 2>/dev/null || true
  rm -rf "$work/cache" && cp -a "$work/clean" "$work/cache"
  (cd "$work/cache" && eval "$2")
  local theirs=0 ours=0
  go mod verify >"$work/theirs" 2>&1 || theirs=$?
  "$modsmith" verify cache >"$work/ours" 2>"$work/err" || ours=$?
  if [ "$theirs" -eq 0 ]; then
    # Go is content: no verdict in its words may stand here.
    grep -E "^[^ ]+ v[^ ]+: " "$work/ours" >"$work/verdicts" || true
    : >"$work/expected"
  else
    sort "$work/theirs" >"$work/expected"
    head -n "$(wc -l <"$work/theirs")" "$work/ours" | sort >"$work/verdicts"
  fi
  if cmp -s "$work/expected" "$work/verdicts" && { [ "$theirs" -eq 0 ] || [ "$ours" -ne 0 ]; }; then
    same=$((same + 1))
    echo "same: $1 (go $theirs, modsmith $ours)"
  else
    different=$((different + 1))
    echo "DIFFERENT: $1 (go $theirs, modsmith $ours)"
    diff "$work/expected" "$work/verdicts" | head -n 6 || true
    cat "$work/err"
  fi
}

check "nothing" true
check "a byte of a file" "printf x | dd of='$file' bs=1 seek=50 conv=notrunc status=none"
check "a file added" "echo x >'$dir/extra.go'"
check "a file removed" "rm '$file'"
check "a file renamed" "mv '$file' '$file.other'"
check "an empty directory" "mkdir '$dir/empty'"
check "no directory" "rm -r '$dir'"
check "a link to the same bytes" "mv '$file' '$work/elsewhere' && ln -s '$work/elsewhere' '$file'"
check "a dangling link" "ln -s nowhere '$dir/nowhere'"
check "a link in a circle" "ln -s . '$dir/circle'"
check "a file in place of the directory" "rm -r '$dir' && echo x >'$dir'"
check "a byte of a zip" "printf x | dd of='$zip' bs=1 seek=\$((\$(stat -c %s '$zip') - 23)) conv=notrunc status=none"
check "a zip cut off" "truncate -s 300 '$zip'"
check "an empty zip" "truncate -s 0 '$zip'"
check "no zip" "rm '$zip'"
check "no zip, a file changed" "rm '$zip' && echo x >>'$file'"
check "another zip" "cp '$(cd "$work/clean" && find cache/download -name '*.zip' | sort | head -n 1)' '$zip'"
check "another hash" "printf h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= >'${zip}hash'"
check "half a hash" "truncate -s 20 '${zip}hash'"
check "no hash" "rm '${zip}hash'"
check "no hash, no zip" "rm '${zip}hash' '$zip'"
check "half unpacked" "touch '${zip%.zip}.partial' && rm '$file'"
echo "$same the same, $different different"
[ "$different" -eq 0 ]
