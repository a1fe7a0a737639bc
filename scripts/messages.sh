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
found="$(mktemp -d)"
trap 'rm -rf "$found" locale/django.pot' EXIT
.venv/bin/python manage.py makemessages --locale es --no-wrap --no-location --no-obsolete \
    --keep-pot --ignore .venv --ignore .tools --ignore var --ignore tests --ignore scripts \
    --ignore node_modules
.venv/bin/python scripts/rules_catalog.py "$found"
django="$(.venv/bin/python -c 'import django; print(django.__path__[0])')"

merge() { # a catalog, and the template that says what belongs into it
    [ -e "$1" ] || msginit --no-translator --no-wrap --locale "$language" --input "$2" \
        --output-file "$1" 2>/dev/null
    msgmerge --update --backup=off --no-fuzzy-matching --no-wrap --quiet "$1" "$2"
    msgattrib --no-obsolete --no-wrap --output-file "$1" "$1"
}

# English is written by hand; Spanish stands beside the English words of the rules.
for folder in locale/*/LC_MESSAGES; do
    language="$(basename "$(dirname "$folder")")"
    case "$language" in en | es) continue ;; esac
    cp locale/django.pot "$found/pages.pot"
    # Where Django has no words for its days, months and forms, they are ours to translate.
    [ -e "$django/conf/locale/$language/LC_MESSAGES/django.po" ] ||
        msgcat --use-first --no-wrap --output-file "$found/pages.pot" \
            locale/django.pot "$found/django.pot"
    merge "$folder/django.po" "$found/pages.pot"
    merge "$folder/rules.po" "$found/rules.pot"
done
.venv/bin/python manage.py compilemessages --ignore .venv --ignore .tools --ignore node_modules
