#!/bin/sh
# Runs every fuzz target of the repository, one after the other, each for a while:
#
#   tools/fuzz.sh 30s
#
# Targets are found by their name, so that a new one is run without being listed. With
# Go's default a minute may go into making one input smaller; five attempts are enough
# to see what it is about. All targets are run, also when one of them fails.
set -eu

failed=
targets=$(mktemp)
trap 'rm -f "$targets"' EXIT
grep -r --include='*_test.go' '^func Fuzz' . | sed -n 's/^\([^:]*\):func \(Fuzz[A-Za-z0-9_]*\)(.*/\1 \2/p' | sort >"$targets"
while read -r file target; do
	echo "==> $file: $target"
	(cd "$(dirname "$file")" && go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" -fuzzminimizetime 5x . </dev/null) || failed="$failed $target"
done <"$targets"
if [ -n "$failed" ]; then
	echo "These failed; each has left its input in testdata/fuzz beside it:$failed" >&2
	exit 1
fi
