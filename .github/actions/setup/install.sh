#!/usr/bin/env bash
# Installs the release VERSION ("latest" or v1.2.3) of REPOSITORY (owner/name) into $RUNNER_TEMP/twilsim, and puts that
# on the PATH of later steps. The archive must have the checksum that the release states. It installs all or nothing.
set -euo pipefail

fail() { # what went wrong, what to try
  echo "::error title=twilsim::$1; try: $2"
  exit 1
}

case $(uname -s) in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  MINGW* | MSYS* | CYGWIN*) os=windows ;;
  *) fail "there is no release for $(uname -s)" "the input ref, which builds the source" ;;
esac
case $(uname -m) in
  x86_64 | amd64) arch=amd64 ;;
  arm64 | aarch64) arch=arm64 ;;
  *) fail "there is no release for $(uname -m)" "the input ref, which builds the source" ;;
esac

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
base=${TWILSIM_RELEASES:-${GITHUB_SERVER_URL:-https://github.com}/$REPOSITORY/releases}

fetch() { # url, file
  local header=()
  if [ -n "${GH_TOKEN:-}" ] && [[ $1 == https://* ]]; then header=(-H "Authorization: Bearer $GH_TOKEN"); fi
  curl --fail --silent --show-error --location --retry 3 --max-time 300 ${header[@]+"${header[@]}"} -o "$2" "$1"
}

if [ "$VERSION" = latest ]; then
  from=$base/latest/download
else
  [[ $VERSION =~ ^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] ||
    fail "bad version \"$VERSION\"" "latest, or a release such as v1.2.3"
  from=$base/download/v${VERSION#v}
fi
fetch "$from/checksums.txt" "$tmp/checksums.txt" ||
  fail "$REPOSITORY has no release $VERSION at $from" "the input version with a release of that repository, or the input ref"

ending=tar.gz
[ $os = windows ] && ending=zip
line=$(grep -E "  twilsim_[^ ]+_${os}_$arch\.$ending\$" "$tmp/checksums.txt") ||
  fail "the release $VERSION has no archive for $os/$arch" "another version, or the input ref"
want=${line%% *} archive=${line##* }
fetch "$from/$archive" "$tmp/$archive" || fail "the download of $from/$archive was interrupted" "running the job again"

got=$( (sha256sum "$tmp/$archive" 2>/dev/null || shasum -a 256 "$tmp/$archive") | cut -d' ' -f1)
[ "$got" = "$want" ] || fail "$archive has the checksum $got, not $want: it was changed or not downloaded whole" "running the job again"

mkdir "$tmp/bin"
unpack() {
  if [ $os = windows ]; then
    unzip -q "$tmp/$archive" -d "$tmp/bin"
  else
    tar -xzf "$tmp/$archive" -C "$tmp/bin"
  fi
}
unpack || fail "$archive cannot be unpacked" "whether the disk of the runner is full, or another version"
"$tmp/bin/twilsim" version > "$tmp/version" ||
  fail "the twilsim of $archive does not run on this machine ($(uname -sm))" "another version, or the input ref"
rm -rf "$RUNNER_TEMP/twilsim" && mv "$tmp/bin" "$RUNNER_TEMP/twilsim" ||
  fail "twilsim cannot be put into $RUNNER_TEMP" "whether the disk of the runner is full"
echo "$RUNNER_TEMP/twilsim" >> "$GITHUB_PATH"
echo "installed $archive"
