#!/bin/sh
# Makes sure that commands are there:
#
#   tools/need.sh node npm chromium
#
# Where they are missing, root on a Debian gets them from its packages; everybody else
# is told what to install. What needs them fails then, instead of being left out.
set -eu

found() {
	case $1 in
	chromium)
		[ -x "${CHROMIUM:-}" ] || [ -x /usr/bin/chromium ] || [ -x /usr/bin/chromium-browser ] || [ -x /usr/bin/google-chrome ]
		;;
	*) command -v "$1" >/dev/null ;;
	esac
}

missing() {
	for name in "$@"; do
		found "$name" || printf '%s ' "$name"
	done
}

packages=$(missing "$@" | sed 's,\bnode\b,nodejs,; s,ssh-keygen,openssh-client,')
[ -n "$packages" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
	echo "==> Installing $packages"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	# shellcheck disable=SC2086 # several packages
	apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi
if [ -n "$(missing "$@")" ]; then
	echo "Missing: $(missing "$@"). Install it and run this again." >&2
	exit 1
fi
