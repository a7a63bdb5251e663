#!/bin/sh
# Puts OpenTofu into bin/, so that a machine without Terraform and OpenTofu can run
# the tests and the demo:
#
#   tools/tofu/get.sh OUTPUT
#
# The release for this platform, if it can be reached and its signature is right, which
# takes seconds; else it is built from the Go module proxy, which takes minutes.
set -eu

mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")"
log=$out.log

version=$(sed -n 's|.*github.com/opentofu/opentofu v\([^ ]*\).*|\1|p' go.mod)
if reason=$(cd release && go run . "$version" "$out" 2>&1); then
	echo "OpenTofu $version is in $1: the release, with OpenTofu's own signature."
	exit 0
fi
# What go says of its own work is before the reason.
reason=$(echo "$reason" | grep -v -E '^(go: downloading|exit status) ' | tail -n 1)
echo "Building OpenTofu $version into $1, since its release is not to be had ($reason). The first time takes about five minutes on two cores; later builds take seconds."

# version.dev=no is how OpenTofu's own releases drop the "-dev" suffix, which
# version constraints would trip over. Without cgo the result is the same on
# machines with and without a C compiler.
CGO_ENABLED=0 go build -v -trimpath \
	-ldflags '-s -w -X github.com/opentofu/opentofu/version.dev=no' \
	-o "$out.part" github.com/opentofu/opentofu/cmd/tofu >"$log" 2>&1 &
build=$!
trap 'kill "$build" 2>/dev/null; rm -f "$out.part" "$log"; exit 130' INT TERM HUP

# The compiler is silent for minutes.
seconds=0
while kill -0 "$build" 2>/dev/null; do
	sleep 1
	seconds=$((seconds + 1))
	if [ $((seconds % 15)) -eq 0 ]; then
		compiled=$(grep -c -v '^go: ' "$log" || true)
		echo "  $seconds s: still building OpenTofu, $compiled packages compiled"
	fi
done

if ! wait "$build"; then
	grep -v '^go: downloading ' "$log" | tail -n 40 >&2
	echo "OpenTofu could not be built; the whole log is $log." >&2
	exit 1
fi
# Moved only when complete: an interrupted build must not pass for a result.
mv "$out.part" "$out"
rm -f "$log"
echo "Built $1."
