"""The plan for the person it belongs to: to use, to read, to send."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.decorators import client_only
from apps.care.rules import screens
from apps.plans import services
from apps.plans.book import Book
from apps.plans.reading import comparisons
from apps.plans.selectors import agreed_before, person_named
from apps.plans.stages import stages_of
from apps.plans.wording import state_line


def open_book(request) -> Book:
    return Book(request.user.client, timezone.now(), get_language())


@client_only
@require_GET
def plan(request):
    book = open_book(request)
    version = book.plan.newest
    context = {
        "book": book,
        "state_line": state_line(book.plan, book.to),
        "affirmation": next(
            (c for c in reversed(book.comments) if not c.section), None
        ),
        "has_changes": version is not None
        and (version.answered_content is not None or version.number > 1),
        "stages": stages_of(book.in_use, book.language),
        "not_watched": screens.NOT_WATCHED.in_language(book.language),
    }
    return render(request, "plans/plan.html", context)


@client_only
@require_GET
def now(request):
    """What to do at the first signs, when it gets stronger, and when it is an emergency."""
    book = open_book(request)
    context = {
        "book": book,
        "stages": stages_of(book.in_use, book.language),
        "numbers": screens.NATIONAL_LINES,
    }
    return render(request, "plans/now.html", context)


@client_only
@require_GET
def changes(request):
    book = open_book(request)
    version = book.plan.newest
    compared = []
    if version is not None:
        compared = comparisons(version, agreed_before(version), book.language)
    return render(request, "plans/changes.html", {"book": book, "compared": compared})


@client_only
@require_http_methods(["GET", "POST"])
def after(request):
    """Written in advance for the hour after a slip; one button asks for a call."""
    book = open_book(request)
    if request.method == "POST":
        promise = ask_for_call(book, request.actor)
        messages.success(request, promise)
        return redirect("plans:after")
    stages = stages_of(book.in_use, book.language)
    context = {
        "book": book,
        "stages": stages,
        "person": person_named(stages.call_first, book.people),
        "words": {
            "next": screens.USE_NEXT.in_language(book.language),
            "overdose": screens.USE_OVERDOSE.in_language(book.language),
        },
    }
    return render(request, "plans/after.html", context)


def ask_for_call(book: Book, by) -> str:
    """What can be promised about the call that was asked for."""
    window = services.ask_for_call(
        client=book.client, language=book.language, at=book.at, by=by
    )
    if window is None:
        return _("The door is open. Call us: the numbers are under Help.")
    return _("Thank you for asking. %(name)s's team calls you %(window)s.") % {
        "name": book.to.counselor,
        "window": window,
    }


@client_only
@require_POST
def send(request):
    book = open_book(request)
    try:
        version = services.start_draft(client=book.client, at=book.at, by=request.actor)
        services.send_plan(version=version, at=book.at, by=request.actor)
    except services.NotEditable:
        messages.info(request, _("Your plan is on its way already."))
    except services.AgreedStands:
        messages.info(
            request, _("This plan is agreed. Start a new version to change it.")
        )
    else:
        messages.success(request, _("Sent to %(name)s.") % {"name": book.to.counselor})
    return redirect("plans:plan")


@client_only
@require_POST
def take_back(request):
    book = open_book(request)
    if book.plan.open is None:
        return redirect("plans:plan")
    try:
        services.withdraw(version=book.plan.open, at=book.at, by=request.actor)
    except services.AlreadyBeingRead:
        messages.info(
            request,
            _("%(name)s is reading it already. You hear back soon.")
            % {"name": book.to.counselor},
        )
    else:
        messages.success(request, _("You have it back. Nothing is lost."))
    return redirect("plans:plan")


@client_only
@require_POST
def start(request):
    book = open_book(request)
    try:
        services.start_next_version(client=book.client, at=book.at, by=request.actor)
    except services.NothingAgreed:
        messages.info(request, _("You can write in this one."))
    else:
        messages.success(
            request,
            _("A new version is open. The agreed one stays until you both agree."),
        )
    return redirect("plans:plan")
