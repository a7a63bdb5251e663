#!/bin/sh
# Fails if what is committed since BASE changes the provider, but brings no entry for the
# changelog:
#
#   tools/need-fragment.sh BASE
#
# Tests, documentation, what only the project itself runs, and requirements in go.mod ask
# for none. Where users notice nothing of a change to the provider, its pull request gets
# the label no-changelog, and this is not run.
set -eu

if [ $# -ne 1 ]; then
	echo "usage: tools/need-fragment.sh BASE" >&2
	exit 2
fi
range=$1...HEAD

# Prints those of the changed files that make the provider.
of_the_provider() {
	while IFS= read -r file; do
		case $file in
		*_test.go | */testdata/*) ;;
		internal/acctest/* | internal/bench/* | internal/demo/* | internal/sandbox/*) ;;
		main.go | terraform-registry-manifest.json | internal/*) printf '%s\n' "$file" ;;
		esac
	done
}

# Of a rename, both names count.
files=$(git -c core.quotePath=false diff --name-only --no-renames "$range" --)
changed=$(printf '%s\n' "$files" | of_the_provider)
if [ -z "$changed" ]; then
	echo "The provider is as before: no entry is needed."
	exit 0
fi

entries=$(git diff --name-only --no-renames --diff-filter=AM "$range" -- '.changes/unreleased/*.yaml')
if [ -n "$entries" ]; then
	printf 'The changelog has an entry:\n%s\n' "$entries"
	exit 0
fi

cat >&2 <<EOF
These files of the provider change, but .changes/unreleased gets no entry:

$(printf '%s\n' "$changed" | sed 's/^/  /')

Describe what users notice: run 'go tool -modfile=tools/changie/go.mod changie new', or copy
a file in .changes/unreleased; then run 'make changelog' and commit both. If users notice
nothing, give the pull request the label no-changelog.
EOF
exit 1
