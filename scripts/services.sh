#!/bin/sh
# A private PostgreSQL and Redis, for as long as something needs them.
#
#   scripts/services.sh run COMMAND…   start both, run the command with DATABASE_URL and
#                                      BROKER_URL set, stop both
#   scripts/services.sh start DIR      start both in DIR; DIR/env then holds the variables
#   scripts/services.sh stop DIR       stop what was started in DIR and remove DIR
#
# PostgreSQL listens on a unix socket only, Redis on a free port of 127.0.0.1.
set -eu
here="$(cd "$(dirname "$0")" && pwd)"

find_postgres() {
    for initdb in /usr/lib/postgresql/*/bin/initdb "$(command -v initdb || true)"; do
        [ -x "$initdb" ] && found="$(dirname "$(readlink -f "$initdb")")"
    done
    # Globs sort by name: the last is the newest, and what is on the PATH wins.
    [ -n "${found:-}" ] && [ -x "$found/postgres" ] && echo "$found"
}

# PostgreSQL refuses root, and may not be able to read the folder this is called in.
as_owner() (
    cd /
    if [ "$(id -u)" != 0 ]; then
        "$@"
    elif command -v setpriv >/dev/null; then
        setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
    else
        su -s /bin/sh "$owner" -c 'exec "$0" "$@"' -- "$@"
    fi
)

pick_owner() {
    owner="$(id -un)"
    [ "$owner" = root ] || return 0
    owner=nobody
    ! id postgres >/dev/null 2>&1 || owner=postgres
}

start_postgres() {
    bin="$(find_postgres)" || { sh "$here/debian.sh" postgresql && bin="$(find_postgres)"; } || {
        echo "PostgreSQL is missing: install it." >&2
        return 1
    }
    pick_owner
    mkdir -m 700 "$dir/postgres"
    [ "$(id -u)" != 0 ] || chown "$owner" "$dir/postgres"
    as_owner "$bin/initdb" --pgdata="$dir/postgres/data" --username=super --auth=trust \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/postgres.log"
    # Nothing here has to survive a power cut. The port only names the socket.
    cat >>"$dir/postgres/data/postgresql.conf" <<CONF
port = 54329
unix_socket_directories = '$dir/postgres'
listen_addresses = ''
fsync = off
full_page_writes = off
CONF
    as_owner "$bin/pg_ctl" --pgdata="$dir/postgres/data" --wait --timeout=60 --silent \
        --log="$dir/postgres/server.log" start || {
        cat "$dir/postgres/server.log" >&2
        return 1
    }
    # Neither superuser nor exempt from row security, as in production: it owns the tables
    # of the suite, and the wall between organizations holds owners too.
    as_owner "$bin/psql" --quiet --host="$dir/postgres" --port=54329 --username=super \
        --dbname=postgres --command="CREATE ROLE companion LOGIN CREATEDB" \
        --command="CREATE DATABASE companion OWNER companion"
}

start_redis() {
    command -v redis-server >/dev/null || sh "$here/debian.sh" redis-server || {
        echo "Redis is missing: install it." >&2
        return 1
    }
    redis_port="$(python3 -c 'import socket; s = socket.socket()
s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
    mkdir -m 700 "$dir/redis"
    redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$dir/redis" --save '' \
        --appendonly no --daemonize yes --pidfile "$dir/redis/pid" \
        --logfile "$dir/redis/server.log" >/dev/null
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if redis-cli -p "$redis_port" ping 2>/dev/null | grep -q PONG; then return 0; fi
        sleep 0.5
    done
    cat "$dir/redis/server.log" >&2
    return 1
}

start() {
    mkdir -p "$dir"
    dir="$(cd "$dir" && pwd)"
    chmod 711 "$dir"
    start_postgres
    start_redis
    cat >"$dir/env" <<ENV
export DATABASE_URL='postgres://companion@$(printf %s "$dir/postgres" | sed 's|/|%2F|g'):54329/companion'
export BROKER_URL='redis://127.0.0.1:$redis_port/0'
export COMPANION_THROWN_AWAY=yes
ENV
}

stop() {
    if [ -s "$dir/postgres/data/postmaster.pid" ]; then
        pick_owner
        as_owner "$(find_postgres)/pg_ctl" --pgdata="$dir/postgres/data" --wait --silent \
            --mode=fast stop || true
    fi
    if [ -s "$dir/redis/pid" ]; then
        redis="$(cat "$dir/redis/pid")"
        # It writes to its folder until it is gone.
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            kill "$redis" 2>/dev/null || break
            sleep 0.2
        done
    fi
    rm -rf "$dir"
}

case "${1:-}" in
start)
    dir="$2"
    start
    ;;
stop)
    dir="$(cd "$2" && pwd)"
    stop
    ;;
run)
    shift
    dir="$(mktemp -d "${TMPDIR:-/tmp}/companion-services.XXXXXX")"
    trap stop EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    start
    . "$dir/env"
    "$@"
    ;;
*)
    sed -n '2,9p' "$0"
    exit 2
    ;;
esac
