#!/bin/sh
# Collect what is to be translated and compile what is. The compiled files are committed, so
# that only this needs gettext. `--check` says whether they still match; it changes nothing.
set -eu
cd "$(dirname "$0")/.."

if ! command -v msgfmt >/dev/null; then
    [ "${1:-}" = --check ] && { echo "gettext is not here: catalogs not checked."; exit 0; }
    sh scripts/debian.sh gettext || { echo "Install gettext." >&2; exit 1; }
fi

if [ "${1:-}" = --check ]; then
    for catalog in locale/*/LC_MESSAGES/*.po; do
        [ -e "$catalog" ] || continue
        msgfmt --check-format --output-file=- "$catalog" | cmp -s - "${catalog%.po}.mo" || {
            echo "${catalog%.po}.mo is out of date: run make messages." >&2
            exit 1
        }
    done
    exit 0
fi

export DJANGO_SETTINGS_MODULE=companion.testing_settings
.venv/bin/python manage.py makemessages --locale es --no-wrap --no-location --no-obsolete \
    --ignore .venv --ignore .tools --ignore var --ignore tests --ignore scripts
.venv/bin/python manage.py compilemessages --ignore .venv --ignore .tools
