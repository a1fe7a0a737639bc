#!/bin/sh
# Pin what pyproject.toml asks for, with hashes and without the address of any registry.
# `scripts/lock.sh --upgrade` takes the newest versions that are allowed.
set -eu
cd "$(dirname "$0")/.."

compile() {
    lock="$1"
    shift
    .tools/bin/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
        --no-emit-index-url --no-header --output-file "$lock" "$@"
}

compile requirements.lock "$@"
compile requirements-dev.lock --group dev "$@"
