"""Check-ins as a program admin sets them up: who reads, what is asked, what is offered."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import staff_only
from apps.care import vocabulary
from apps.care.models import Site
from apps.care.rules.checkin_questions import OPTIONAL, PATH_ALWAYS, QUESTIONS
from apps.care.services.checkin_gate import NotCovered, cover_checkins
from apps.common.typed import fill_in
from apps.setup import selectors
from apps.setup.checkin_words import GAP_WORDS, gap_sentences
from apps.setup.hours import hours_in_words
from apps.setup.services import words
from apps.setup.word_forms import (
    LIST_NAMES,
    LISTS,
    CoverForm,
    OfferForm,
    QuestionsForm,
    WordForm,
)

SWITCH = {"on": True, "off": False}


@staff_only
@require_http_methods(["GET", "POST"])
def checkins(request, site_id):
    """Who reads, and what happens otherwise. Check-ins are on only when all of it is said."""
    site = get_object_or_404(selectors.sites_of(request.user), pk=site_id)
    staff = selectors.staff_of(request.user, selectors.ON_CALL)
    form = CoverForm(request.POST or None, staff=staff, site=site)
    refused: list = []
    if form.is_valid():
        switch = SWITCH.get(request.POST.get("switch", ""))
        try:
            saved = _cover(request, site, form, switch)
        except NotCovered as uncovered:
            refused = [GAP_WORDS[gap].missing for gap in uncovered.gaps]
            if not site.checkins_on:
                # What was written is kept: the rest is said on another page.
                site = _cover(request, site, form, None)
        else:
            if saved.checkins_on == site.checkins_on:
                said = _("Saved.")
            else:
                said = (
                    _("Check-ins are on.") if saved.checkins_on else _("They are off.")
                )
            messages.success(request, said)
            return redirect("setup:checkins", site.pk)
    context = {
        "form": fill_in(request, form),
        "site": site,
        "hours": hours_in_words(site.staffed_hours).get(get_language(), ""),
        "refused": bool(refused),
        "missing": refused or gap_sentences(site),
    }
    return render(request, "setup/checkins.html", context)


def _cover(request, site: Site, form: CoverForm, on: bool | None) -> Site:
    return cover_checkins(
        site=site, **form.cleaned_data, on=on, at=timezone.now(), by=request.actor
    )


@staff_only
@require_http_methods(["GET", "POST"])
def questions(request, program_id):
    """What a check-in asks here, beside what is asked everywhere."""
    program = get_object_or_404(selectors.programs_of(request.user), pk=program_id)
    form = QuestionsForm(request.POST or None, program=program)
    if form.is_valid():
        words.ask(
            program=program,
            optional=form.optional,
            at=timezone.now(),
            by=request.actor,
        )
        messages.success(request, _("Saved."))
        return redirect("setup:site", program.site_id)
    language = get_language()
    context = {
        "form": fill_in(request, form),
        "program": program,
        "always": [QUESTIONS[key].text.in_language(language) for key in PATH_ALWAYS],
        "optional": [form[key] for key in OPTIONAL],
    }
    return render(request, "setup/questions.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def offered(request, program_id, which):
    """One of the lists people choose from: hide what does not fit, add what is missing."""
    program = get_object_or_404(selectors.programs_of(request.user), pk=program_id)
    name = _list_or_404(which)
    form = OfferForm(request.POST or None, program=program, which=name)
    if form.is_valid():
        words.offer(
            program=program,
            which=name,
            codes=form.codes,
            at=timezone.now(),
            by=request.actor,
        )
        messages.success(request, _("Saved."))
        return redirect("setup:words", program.pk, which)
    added = program.added_items.filter(kind=vocabulary.KINDS[name])
    context = {
        "form": fill_in(request, form),
        "program": program,
        "which": which,
        "heading": LIST_NAMES[which],
        "lists": LIST_NAMES.items(),
        "added": added.order_by("created_at", "pk"),
    }
    return render(request, "setup/words.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def new_word(request, program_id, which):
    program = get_object_or_404(selectors.programs_of(request.user), pk=program_id)
    kind = vocabulary.KINDS[_list_or_404(which)]
    form = WordForm(request.POST or None, kind=kind)
    if form.is_valid() and _taken(
        form,
        words.add_word,
        program=program,
        kind=kind,
        **form.cleaned_data,
        at=timezone.now(),
        by=request.actor,
    ):
        messages.success(request, _("It is there now."))
        return redirect("setup:words", program.pk, which)
    context = {"form": fill_in(request, form), "program": program, "which": which}
    return render(request, "setup/word_form.html", context | {"item": None})


@staff_only
@require_http_methods(["GET", "POST"])
def word(request, item_id):
    item = get_object_or_404(selectors.added_words_of(request.user), pk=item_id)
    which = next(w for w, name in LISTS.items() if vocabulary.KINDS[name] == item.kind)
    form = WordForm(request.POST or None, kind=item.kind, item=item)
    if form.is_valid() and _taken(
        form,
        words.change_word,
        item=item,
        **form.cleaned_data,
        at=timezone.now(),
        by=request.actor,
    ):
        messages.success(request, _("Saved."))
        return redirect("setup:words", item.program_id, which)
    context = {"form": fill_in(request, form), "program": item.program, "which": which}
    return render(request, "setup/word_form.html", context | {"item": item})


def _list_or_404(which: str) -> str:
    if which not in LISTS:
        raise Http404
    return LISTS[which]


def _taken(form, save, **what) -> bool:
    try:
        save(**what)
    except words.WordsTaken:
        form.add_error("label_en", _("The list has this already. Choose other words."))
    return form.is_valid()
