#!/bin/sh
# Puts Debian's Chromium on this machine for the browser tests, where that is possible.
# Never fails: without a browser those tests skip and say so.

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done
if [ -n "${ECVET_CHROMIUM:-}" ]; then
    exit 0
fi

skip() {
    echo "browser tests will skip: $1" >&2
    exit 0
}

[ "$(id -u)" = 0 ] || skip "no Chromium here, and only root can install it (apt-get install chromium)"
command -v apt-get >/dev/null 2>&1 || skip "no Chromium here, and no apt-get to install it with"

log=$(mktemp) || skip "no Chromium here, and no place for a log of its installation"
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
echo "installing Chromium for the browser tests ..." >&2
if ! { apt-get update && apt-get install --yes --no-install-recommends chromium; } >"$log" 2>&1
then
    tail -n 3 "$log" >&2
    skip "Chromium could not be installed"
fi
exit 0
