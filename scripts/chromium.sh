#!/bin/sh
# Print the path of a Chromium that starts; fetch one when there is none.
set -eu
cd "$(dirname "$0")/.."

works() {
    [ -n "$1" ] && "$1" --version >/dev/null 2>&1 && echo "$1"
}

installed() {
    for name in "${COMPANION_CHROMIUM:-}" chromium chromium-browser google-chrome \
        google-chrome-stable; do
        if works "$(command -v "$name" || true)"; then return 0; fi
    done
    return 1
}

playwrights_own() {
    works "$(.venv/bin/python -c 'from playwright.sync_api import sync_playwright as start
with start() as playwright:
    print(playwright.chromium.executable_path)')"
}

installed && exit
playwrights_own && exit
echo "No Chromium here: fetching Playwright's." >&2
timeout 300 .venv/bin/python -m playwright install chromium >&2 || true
playwrights_own && exit
echo "That did not work: installing Debian's." >&2
sh scripts/debian.sh chromium && installed && exit
echo "Install Chromium, or set COMPANION_CHROMIUM to the path of one." >&2
exit 1
