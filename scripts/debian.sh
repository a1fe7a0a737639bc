#!/bin/sh
# Install Debian packages and start nothing. Fails when this is not Debian, or not root.
set -eu

command -v apt-get >/dev/null || { echo "No apt-get here." >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "Not root: cannot install $*." >&2; exit 1; }

# Debian starts a service as soon as it is installed, unless this file says no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends "$@" >/dev/null
