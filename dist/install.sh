#!/bin/sh
# Installs a released modsmith: sh install.sh [--version v1.2.3] [--to DIR]
# Needs curl, tar and sha256sum or shasum. The archive's checksum is compared before anything is unpacked.
set -eu

repository="${MODSMITH_REPOSITORY:?set MODSMITH_REPOSITORY to the address of the repository, such as https://HOST/OWNER/modsmith}"
version=latest
directory="${HOME}/.local/bin"

fail() {
    echo "error: $1" >&2
    exit 1
}

while [ $# -gt 0 ]; do
    case "$1" in
    --version) version="${2:?--version needs a value}"; shift 2 ;;
    --to) directory="${2:?--to needs a value}"; shift 2 ;;
    *) fail "unknown argument: $1" ;;
    esac
done

case "$(uname -s)" in
Linux) system=unknown-linux-musl ;;
Darwin) system=apple-darwin ;;
*) fail "no archive for $(uname -s); build from source with cargo" ;;
esac
case "$(uname -m)" in
x86_64 | amd64) machine=x86_64 ;;
aarch64 | arm64) machine=aarch64 ;;
*) fail "no archive for $(uname -m); build from source with cargo" ;;
esac

get() {
    curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 "$@"
}

if [ "$version" = latest ]; then
    # The address of the newest release redirects to its tag.
    version=$(get --output /dev/null --write-out '%{url_effective}' "$repository/releases/latest")
    version=${version##*/}
fi

name="modsmith-$version-$machine-$system"
base="$repository/releases/download/$version"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

get --output "$work/$name.tar.gz" "$base/$name.tar.gz"
get --output "$work/SHA256SUMS" "$base/SHA256SUMS"
grep " $name.tar.gz\$" "$work/SHA256SUMS" >"$work/wanted" || fail "$name.tar.gz is not in SHA256SUMS"
if command -v sha256sum >/dev/null 2>&1; then
    check='sha256sum -c'
else
    check='shasum -a 256 -c'
fi
(cd "$work" && $check wanted >/dev/null) || fail "the checksum of $name.tar.gz does not match"

tar -xzf "$work/$name.tar.gz" -C "$work"
mkdir -p "$directory"
# A rename replaces a running program; a copy would not.
cp "$work/$name/modsmith" "$directory/.modsmith.new"
chmod 755 "$directory/.modsmith.new"
mv -f "$directory/.modsmith.new" "$directory/modsmith"
echo "installed $("$directory/modsmith" --version) in $directory"
case ":$PATH:" in
*":$directory:"*) ;;
*) echo "hint: $directory is not on PATH" ;;
esac
