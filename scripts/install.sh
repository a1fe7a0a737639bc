#!/bin/sh
# uv into .tools/, then .venv with exactly what the lock names.
set -eu
cd "$(dirname "$0")/.."

uv=.tools/bin/uv
wanted="$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements-uv.lock)"

if ! "$uv" --version 2>/dev/null | grep -q "^uv $wanted "; then
    rm -rf .tools
    if ! python3 -m venv .tools >/dev/null 2>&1; then
        # Debian keeps this part of Python in a package of its own.
        sh scripts/debian.sh python3-venv || {
            echo "python3 -m venv does not work here: install python3-venv." >&2
            exit 1
        }
        rm -rf .tools
        python3 -m venv .tools
    fi
    .tools/bin/python -m pip install -q --disable-pip-version-check \
        --require-hashes -r requirements-uv.lock
fi

# The version of .python-version, otherwise any that is new enough; uv fetches what is missing.
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
    rm -rf .venv
    "$uv" venv -q .venv 2>/dev/null || "$uv" venv -q --python '>=3.12' .venv
fi

"$uv" pip sync -q --require-hashes requirements-dev.lock
touch .venv/.installed
