"""People or a week from a table that is pasted, looked through, and made as a whole.

The text is in the form and on the page that answers it, and nowhere else: no file is taken,
because a file can end up on a disk of the server, and a table copied from a spreadsheet also
works on a phone.
"""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.decorators import fresh_sign_in, staff_only
from apps.common.csv_cells import write_csv
from apps.common.typed import fill_in
from apps.sessions.models import Kind
from apps.setup import people_table, week_table
from apps.setup.forms import ImportForm
from apps.setup.people_table import MOST_PEOPLE, check_people
from apps.setup.reading import MOST_ROWS, Unreadable
from apps.setup.services.imports import (
    NotMade,
    import_people,
    import_week,
    rehearse_week,
)

MOST_SHOWN = 200
MAKE = "make"


@staff_only
@fresh_sign_in
@require_http_methods(["GET", "POST"])
def people(request):
    def look(form, at):
        table = form.cleaned_data["table"]
        user = request.user
        checked = check_people(table, organization_id=user.organization_id, at=at)
        return checked.problems, checked.rows, len(checked.people)

    def make(form, at):
        return import_people(
            key=form.cleaned_data["key"],
            text=form.cleaned_data["table"],
            user=request.user,
            at=at,
            by=request.actor,
        )

    return _import(request, "people", look, make)


@staff_only
@require_http_methods(["GET", "POST"])
def week(request):
    def look(form, at):
        table = form.cleaned_data["table"]
        checked = rehearse_week(text=table, user=request.user, at=at, by=request.actor)
        return checked.problems, checked.rows, len(checked.series)

    def make(form, at):
        return import_week(
            key=form.cleaned_data["key"],
            text=form.cleaned_data["table"],
            user=request.user,
            at=at,
            by=request.actor,
        )

    return _import(request, "week", look, make)


TABLES = {
    "people": (people_table.COLUMNS, [people_table.EXAMPLE]),
    "week": (week_table.COLUMNS, week_table.EXAMPLES),
}


def _import(request, what, look, make):
    """Nothing is made before a look said that every row is right."""
    at = timezone.now()
    form = ImportForm(request.POST or None, initial={"key": uuid.uuid4()})
    context = {"what": what, "form": fill_in(request, form)}
    if form.is_valid():
        try:
            if request.POST.get("do") == MAKE:
                made = make(form, at)
                messages.success(request, _said(what, made))
                return redirect(f"setup:import_{what}")
            problems, rows, count = look(form, at)
            context |= {"rows": rows, "count": count, "looked": True}
        except Unreadable as error:
            form.add_error("table", error.words)
            problems = []
        except NotMade as error:
            problems = error.problems
            context |= {"looked": True}
        context |= {
            "problems": problems[:MOST_SHOWN],
            "wrong_rows": len({problem.row for problem in problems}),
            "further": max(0, len(problems) - MOST_SHOWN),
        }
    columns, examples = TABLES[what]
    context |= {
        "columns": columns,
        "example": dict(zip((c.name for c in columns), examples[0], strict=True)),
        "kinds": Kind.choices,
        "most": MOST_PEOPLE if what == "people" else MOST_ROWS,
    }
    return render(request, f"setup/import_{what}.html", context)


def _said(what, made) -> str:
    if made.again:
        return _("This was done before. Nothing was made twice.")
    if what == "people":
        return ngettext(
            "%(count)s person is enrolled. Their counselor hands over the way in.",
            "%(count)s people are enrolled. Their counselors hand over the ways in.",
            made.count,
        ) % {"count": made.count}
    return ngettext(
        "%(count)s row of the week is there now.",
        "%(count)s rows of the week are there now.",
        made.count,
    ) % {"count": made.count}


@staff_only
@require_GET
def people_file(request):
    return _file("people")


@staff_only
@require_GET
def week_file(request):
    return _file("week")


def _file(what) -> HttpResponse:
    """The first line, and an example to write over."""
    columns, examples = TABLES[what]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{what}.csv"'
    # Without the mark, some spreadsheets read UTF-8 as something else.
    response.write("\ufeff")
    write_csv(response, [column.name for column in columns], examples)
    return response
