#!/bin/sh
# Forget what was entered in the demo. The next `make demo` makes its people anew.
set -eu
cd "$(dirname "$0")/.."
var="${COMPANION_VAR_DIR:-$PWD/var}"

for file in "$var"/*.pid; do
    if [ -s "$file" ] && kill -0 "$(cat "$file")" 2>/dev/null; then
        echo "The demo is running: stop it first." >&2
        exit 1
    fi
done

if [ -n "${DATABASE_URL:-}" ] && [ "${DATABASE_URL#sqlite}" = "$DATABASE_URL" ]; then
    echo "DATABASE_URL names a server: drop and create that database yourself." >&2
    exit 1
fi
rm -rf "$var"/companion.sqlite3* "$var"/broker.sqlite3* "$var"/provider.jsonl "$var"/cache \
    "$var"/celerybeat-schedule* "$var"/*.pid "$var"/seeding
echo "Done. make demo starts over."
