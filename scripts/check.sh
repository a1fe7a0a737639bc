#!/bin/sh
# Everything a tool can judge without running the product. Changes nothing.
set -u
cd "$(dirname "$0")/.."

bin=.venv/bin
failed=""
temporary="$(mktemp -d "${TMPDIR:-/tmp}/companion-check.XXXXXX")"
trap 'rm -rf "$temporary"' EXIT

run() {
    printf '%s\n' "--- $*"
    "$@" || failed="$failed
  $*"
}

manage() {
    "$bin/python" -W error::RuntimeWarning manage.py "$@"
}

check_deploy() (
    set -a
    eval "$("$bin/python" scripts/make_secrets.py)"
    . deploy/companion.env.example
    COMPANION_VAR_DIR="$temporary"
    manage check --deploy --fail-level WARNING
)

missing_migrations() (
    export DJANGO_SETTINGS_MODULE=companion.testing_settings COMPANION_VAR_DIR="$temporary"
    unset DATABASE_URL
    manage makemigrations --check --dry-run
)

run "$bin/ruff" check .
run "$bin/ruff" format --check --quiet .
run "$bin/mypy"
run "$bin/lint-imports" --no-logo
run "$bin/djlint" --lint --quiet templates
run "$bin/python" scripts/build_css.py --check
run "$bin/python" scripts/build_js.py --check
run "$bin/python" scripts/check_lock.py
run "$bin/python" -m scripts.scan.advisories
run .tools/bin/uv pip check --quiet
run sh scripts/messages.sh --check
run check_deploy
run missing_migrations

[ -z "$failed" ] || { printf 'Not in order:%s\n' "$failed" >&2; exit 1; }
echo "All in order."
