#!/bin/sh
# Prints the path of a CLI on PATH that the provider works with; nothing when
# there is none:
#
#   tools/find-cli.sh terraform|tofu
#
# One that is too old is passed over aloud: its failures would look like the
# provider's.
set -eu

path=$(command -v "$1") || exit 0

# Git Bash on Windows prints /c/..., which a Go program cannot open.
if command -v cygpath >/dev/null 2>&1; then
	path=$(cygpath -m "${path%.exe}.exe")
fi

# The CLI complains about a configuration file that is set but missing.
TF_CLI_CONFIG_FILE=$(dirname "$0")/cli.tfrc
CHECKPOINT_DISABLE=1
export TF_CLI_CONFIG_FILE CHECKPOINT_DISABLE

version=$("$path" version 2>/dev/null | sed -n '1s/^[A-Za-z]* v//p')
major=${version%%.*}
minor=${version#*.}
minor=${minor%%.*}
case $major$minor in
'' | *[!0-9]*)
	echo "$path is passed over: it does not say its version." >&2
	exit 0
	;;
esac
if [ "$major" -lt 1 ] || { [ "$major" -eq 1 ] && [ "$minor" -lt 11 ]; }; then
	echo "$path is passed over: it is version $version, and the provider needs 1.11 or later." >&2
	exit 0
fi
echo "$path"
