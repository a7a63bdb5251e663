#!/bin/sh
# Lays the built provider out as a filesystem mirror, which `terraform init` and
# `tofu init` accept offline, and writes a CLI configuration that points there:
#
#   tools/install.sh BINARY VERSION
#
# All of it stays in bin/: the mirror in the home directory, which Terraform
# reads without being told, would hide published versions from then on.
set -eu

binary=$1
version=$2
exe=$(go env GOEXE)
platform=$(go env GOOS)_$(go env GOARCH)

root=$PWD
if command -v cygpath >/dev/null 2>&1; then
	root=$(cygpath -m "$root")
fi

# A bare "security-controls/controls" means another host to OpenTofu.
for host in registry.terraform.io registry.opentofu.org; do
	dir=bin/mirror/$host/security-controls/controls/$version/$platform
	mkdir -p "$dir"
	target=$dir/terraform-provider-controls_v$version$exe
	# Moved into place: a CLI may be running the one that is there.
	cp "$binary" "$target.part"
	mv -f "$target.part" "$target"
done

cat >bin/controls.tfrc <<EOF
disable_checkpoint = true

provider_installation {
  filesystem_mirror {
    path    = "$root/bin/mirror"
    include = ["registry.terraform.io/security-controls/controls", "registry.opentofu.org/security-controls/controls"]
  }
  direct {
    exclude = ["registry.terraform.io/security-controls/controls", "registry.opentofu.org/security-controls/controls"]
  }
}
EOF

cat <<EOF
Installed version $version into bin/mirror. To use it from a configuration:

  export TF_CLI_CONFIG_FILE="$root/bin/controls.tfrc"

After a rebuild, remove .terraform.lock.hcl there: it holds the old checksum.
EOF
