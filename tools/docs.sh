#!/bin/sh
# Generates docs/ from the provider's schema, templates/ and examples/, and
# checks the result. Run it through with-cli.sh, after install.sh.
set -eu

schema=$PWD/bin/providers-schema.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

cat >"$work/main.tf" <<'EOF'
terraform {
  required_providers {
    controls = {
      source = "security-controls/controls"
    }
  }
}
EOF

# tfplugindocs would call `terraform` to learn the schema; asking the CLI at
# hand makes OpenTofu do as well. It looks for the provider under a fixed name.
TF_CLI_CONFIG_FILE=$PWD/bin/controls.tfrc
export TF_CLI_CONFIG_FILE
"$CONTROLS_CLI" -chdir="$work" init -input=false -no-color >"$work/init.log" || {
	cat "$work/init.log" >&2
	exit 1
}
"$CONTROLS_CLI" -chdir="$work" providers schema -json >"$work/schema.json"
sed 's#"registry\.[a-z.]*/security-controls/controls"#"registry.terraform.io/hashicorp/controls"#' \
	"$work/schema.json" >"$schema"

# Its output is of interest only if it fails.
tfplugindocs() {
	go tool -modfile=tools/go.mod tfplugindocs "$@" \
		--provider-name controls --providers-schema "$schema" >"$work/docs.log" 2>&1 || {
		cat "$work/docs.log" >&2
		exit 1
	}
}
tfplugindocs generate --rendered-provider-name Controls
tfplugindocs validate
echo "Generated docs/."
