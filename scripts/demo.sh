#!/bin/sh
# The demonstration: its secrets, its database, its people, then everything that runs.
set -eu
cd "$(dirname "$0")/.."

PORT="${PORT:-8000}"
var="${COMPANION_VAR_DIR:-$PWD/var}"
python=.venv/bin/python

# Said now rather than after the people are made.
"$python" -c 'import socket, sys
socket.create_server(("127.0.0.1", int(sys.argv[1]))).close()' "$PORT" 2>/dev/null || {
    echo "Port $PORT is taken. Try PORT=$((PORT + 1)) make demo." >&2
    exit 1
}

mkdir -p "$var"
if [ ! -s "$var/demo.env" ]; then
    (umask 077 && "$python" scripts/make_secrets.py >"$var/demo.env")
fi
# A secret that came later than this demonstration.
if ! grep -q '^COMPANION_AUDIT_KEY=' "$var/demo.env"; then
    "$python" scripts/make_secrets.py | grep '^COMPANION_AUDIT_KEY=' >>"$var/demo.env"
fi
set -a
. "$var/demo.env"
set +a
export COMPANION_VAR_DIR="$var" COMPANION_DEMO=1 PUBLIC_BASE_URL="http://localhost:$PORT"

# People half made, by a start that was broken off, are made anew.
if [ -s "$var/seeding" ]; then
    if kill -0 "$(cat "$var/seeding")" 2>/dev/null; then
        echo "The demo is being set up already." >&2
        exit 1
    fi
    sh scripts/demo_reset.sh
fi
if [ -z "${DATABASE_URL:-}" ] && [ ! -e "$var/companion.sqlite3" ]; then
    echo $$ >"$var/seeding"
fi

"$python" manage.py migrate --verbosity 0
collected="$var/static/staticfiles.json"
if [ ! -e "$collected" ] || [ -n "$(find static requirements.lock -newer "$collected")" ]; then
    "$python" manage.py collectstatic --noinput --verbosity 0
fi
"$python" manage.py seed_demo --if-empty
rm -f "$var/seeding"
exec "$python" manage.py up --port "$PORT"
