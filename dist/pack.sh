#!/usr/bin/env bash
# Packs one built target: dist/pack.sh TARGET TAG OUT. Same input, same bytes: fixed order, owner, mode and time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=$1 tag=$2 out=$3
name=modsmith-$tag-$target
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

mkdir -p "$out" "$stage/$name/man"
case $target in
*windows*) program=modsmith.exe ;;
*) program=modsmith ;;
esac
cp "target/$target/release/$program" "$stage/$name/"
cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$stage/$name/"
cp -R completions "$stage/$name/"
cp dist/man/*.1 "$stage/$name/man/"
# The time of the commit, not of the build.
time=$(git log -1 --format=%ct)

case $target in
*windows*)
    (cd "$stage" && 7z a -tzip -mx=9 "$name.zip" "$name" >/dev/null)
    mv "$stage/$name.zip" "$out/"
    ;;
*darwin*)
    # The tar of macOS knows neither --sort nor --mtime.
    find "$stage" -exec touch -h -t "$(date -u -r "$time" +%Y%m%d%H%M.%S)" {} +
    (cd "$stage" && find "$name" -type f | LC_ALL=C sort |
        tar --uid 0 --gid 0 --no-mac-metadata --no-xattrs -cf - -T - | gzip -n9) >"$out/$name.tar.gz"
    ;;
*)
    tar -C "$stage" --sort=name --mtime="@$time" --owner=0 --group=0 --numeric-owner -cf - "$name" |
        gzip -n9 >"$out/$name.tar.gz"
    ;;
esac
