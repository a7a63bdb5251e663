#!/bin/sh
# Publishes the signed summary of a workload under its tag, in place of the one before:
#
#   sh publish-verdict.sh registry.example/payments/verdicts shop/prod verdict/summary.sigstore.json
#
# With IMAGE, a reference to an image by digest, it is attached to that as well, for
# people who look there.
set -eu

tag=$(printf %s "$2" | tr / _)
bundle=application/vnd.dev.sigstore.bundle.v0.3+json
predicate=https://github.com/security-controls/terraform-provider-controls/attestation-summary/v1
cd "$(dirname "$3")"
file=$(basename "$3"):$bundle
oras push "$1:$tag" --artifact-type "$bundle" --annotation "dev.sigstore.bundle.predicateType=$predicate" --no-tty "$file"
if [ -n "${IMAGE:-}" ]; then
	oras attach "$IMAGE" --artifact-type "$bundle" --annotation "dev.sigstore.bundle.predicateType=$predicate" --no-tty "$file"
fi
