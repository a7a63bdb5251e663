#!/bin/sh
# Runs a command for one CLI, Terraform or OpenTofu, and says which:
#
#   tools/with-cli.sh CLI COMMAND [ARGUMENT...]
#
# CLI is a path or a name on PATH. The command finds it in CONTROLS_CLI; the
# TF_ACC variables are those that terraform-plugin-testing reads.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cli=$(command -v "$1") || {
	echo "$1: no such CLI" >&2
	exit 1
}
shift

if command -v cygpath >/dev/null 2>&1; then
	here=$(cygpath -m "$here")
	cli=$(cygpath -m "$(cd "$(dirname "$cli")" && pwd)/$(basename "${cli%.exe}").exe")
fi
case $cli in
/* | ?:*) ;;
*) cli=$PWD/$cli ;;
esac

# What the caller's shell sets for its own work (log levels, workspaces,
# arguments, a CLI configuration that may not exist) would change what the
# command observes.
for name in $(env | sed -n 's/^\(TF_[A-Za-z0-9_]*\)=.*/\1/p'); do
	unset "$name"
done

TF_CLI_CONFIG_FILE=$here/cli.tfrc
CHECKPOINT_DISABLE=1
CONTROLS_CLI=$cli
TF_ACC=1
TF_ACC_TERRAFORM_PATH=$cli
TF_ACC_PROVIDER_NAMESPACE=security-controls
export TF_CLI_CONFIG_FILE CHECKPOINT_DISABLE CONTROLS_CLI
export TF_ACC TF_ACC_TERRAFORM_PATH TF_ACC_PROVIDER_NAMESPACE

version=$("$cli" version | sed -n 1p)
case $version in
OpenTofu*)
	# A source address without a host means another registry there.
	TF_ACC_PROVIDER_HOST=registry.opentofu.org
	export TF_ACC_PROVIDER_HOST
	;;
esac

echo "==> $version ($cli): $*"
exec "$@"
