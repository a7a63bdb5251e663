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
for file in $(grep -rl '^func Fuzz' --include='*_test.go' . | sort); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		echo "==> $file: $target"
		(cd "$(dirname "$file")" && go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" -fuzzminimizetime 5x .) || failed="$failed $target"
	done
done
if [ -n "$failed" ]; then
	echo "These failed; each has left its input in testdata/fuzz beside it:$failed" >&2
	exit 1
fi
