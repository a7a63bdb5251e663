#!/bin/sh
# Publishes the catalogue files of a folder in a registry, signs them, and prints the
# reference that workspaces name in catalog_sources:
#
#   sh publish-catalog.sh registry.example/platform/controls:2026.11 catalog
#
# The key is in COSIGN_PRIVATE_KEY, its password in COSIGN_PASSWORD. The registry's
# credentials are those of "docker login" or "oras login".
set -eu

target=$1
cd "$2"
files=$(find . -type f \( -name '*.yaml' -o -name '*.yml' -o -name '*.json' \) | sed 's,^\./,,' | LC_ALL=C sort)
# shellcheck disable=SC2086 # several files
digest=$(oras push "$target" --artifact-type application/vnd.security-controls.catalog.v1 \
	--no-tty --format go-template='{{.digest}}' $files)
reference=${target%:*}@$digest
cosign sign --yes --key env://COSIGN_PRIVATE_KEY --use-signing-config=false --tlog-upload=false "$reference" >&2
echo "$reference"
