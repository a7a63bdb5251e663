#!/bin/sh
# Builds the verifiers that our attestations are held against, from the Go
# module proxy:
#
#   tools/interop/build.sh NAME OUTPUT
#
# NAME is a directory beside this script: a module of its own, since the
# requirements of the verifiers exclude each other. The compiler is silent for
# minutes, hence the progress lines.
set -eu

name=$1
mkdir -p "$(dirname "$2")"
out=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
cd "$(dirname "$0")/$name"
log=$out.log

echo "Building $name into $2. The first time takes about four minutes on two cores; later builds take seconds."
CGO_ENABLED=0 go build -v -trimpath -ldflags '-s -w' -o "$out.part" tool >"$log" 2>&1 &
build=$!
trap 'kill "$build" 2>/dev/null; rm -f "$out.part" "$log"; exit 130' INT TERM HUP

seconds=0
while kill -0 "$build" 2>/dev/null; do
	sleep 1
	seconds=$((seconds + 1))
	if [ $((seconds % 15)) -eq 0 ]; then
		echo "  $seconds s: still building $name, $(grep -c -v '^go: ' "$log" || true) packages compiled"
	fi
done

if ! wait "$build"; then
	grep -v '^go: downloading ' "$log" | tail -n 40 >&2
	echo "$name could not be built; the whole log is $log." >&2
	exit 1
fi
# Moved only when complete: an interrupted build must not pass for a result.
mv "$out.part" "$out"
rm -f "$log"
echo "Built $2."
