"""Writing the plan, a section a page. Each save is whole, and nothing typed is lost."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import client_only
from apps.care.rules.plan_rules import SECTION, PlanProblem
from apps.common.typed import fill_in
from apps.plans import forms, services
from apps.plans.book import Book
from apps.plans.models import PlanPerson
from apps.plans.reading import KEYS, SLUGS
from apps.plans.views import open_book


def back_to(key: str) -> str:
    """The plan, at the section just written."""
    return f"{reverse('plans:plan')}#{SLUGS[key]}"


def write(request, book: Book, key: str, data: dict, form) -> bool:
    """Save a section; when it cannot be, the form says why and keeps what was typed."""
    try:
        services.write_section(
            client=book.client, section=key, data=data, at=book.at, by=request.actor
        )
    except PlanProblem as problem:
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, problem.words)
    except services.NotEditable:
        form.add_error(
            None, _("You sent your plan. Take it back first, then save this again.")
        )
    except services.AgreedStands:
        form.add_error(
            None, _("This plan is agreed. Start a new version, then save this again.")
        )
    return form.is_valid()


@client_only
@require_http_methods(["GET", "POST"])
def section(request, slug):
    """A section of plain fields, or of chips."""
    key = KEYS.get(slug)
    if key is None:
        raise Http404
    book = open_book(request)
    spec = SECTION[key]
    asked = {"section": key, "content": book.writing, "language": book.language}
    data = request.POST or None
    if spec.items is None:
        form, template = forms.SectionForm(data, **asked), "plans/section.html"
    else:
        form = forms.ItemsForm(data, **asked, words=book.words)
        template = "plans/items.html"
    if form.is_valid() and write(request, book, key, form.section_data(), form):
        messages.success(request, _("Saved."))
        if form.goes_on:
            return redirect("plans:section", slug)
        return redirect(back_to(key))
    context = {
        "book": book,
        "read": book.section(key),
        "form": fill_in(request, form),
    }
    if spec.for_medication:
        refill_form = forms.RefillForm(initial={"refill_on": book.live.refill_on})
        context["refill_form"] = fill_in(request, refill_form, reverse("plans:refill"))
    return render(request, template, context)


@client_only
@require_POST
def refill(request):
    """The day the medicine runs out."""
    book = open_book(request)
    form = forms.RefillForm(request.POST)
    if not form.is_valid():
        asked = {"content": book.writing, "language": book.language}
        context = {
            "book": book,
            "read": book.section("medicine"),
            "form": forms.SectionForm(section="medicine", **asked),
            "refill_form": form,
        }
        return render(request, "plans/section.html", context)
    services.set_refill(
        client=book.client,
        on=form.cleaned_data["refill_on"],
        at=book.at,
        by=request.actor,
    )
    messages.success(request, _("Saved."))
    return redirect("plans:section", SLUGS["medicine"])


@client_only
@require_http_methods(["GET", "POST"])
def steps(request):
    """The if-then steps: those there are, and one more."""
    book = open_book(request)
    items = book.writing.get("if_then", {}).get("items", [])
    changing = next(
        (item for item in items if item["id"] == request.GET.get("step")), None
    )
    form = forms.StepForm(
        request.POST or None,
        content=book.writing,
        language=book.language,
        step=changing,
        words=book.words,
    )
    if form.is_valid():
        step = form.step_data()
        kept = [step if item is changing else item for item in items]
        data = {"items": kept if changing else [*items, step]}
        if write(request, book, "if_then", data, form):
            messages.success(request, _("Saved."))
            return redirect("plans:steps")
    context = {
        "book": book,
        "read": book.section("if_then"),
        "form": fill_in(request, form, request.get_full_path()),
    }
    return render(request, "plans/steps.html", context | {"changing": changing})


@client_only
@require_http_methods(["GET", "POST"])
def week(request):
    """Hard moments of the next days, each with a step."""
    book = open_book(request)
    items = book.writing.get("week", {}).get("items", [])
    form = forms.MomentForm(
        request.POST or None, content=book.writing, language=book.language
    )
    if form.is_valid():
        data = {"items": [*items, form.item()]}
        if write(request, book, "week", data, form):
            messages.success(request, _("Saved."))
            return redirect("plans:week")
    context = {
        "book": book,
        "read": book.section("week"),
        "form": fill_in(request, form),
    }
    return render(request, "plans/week.html", context)


@client_only
@require_POST
def take_out(request, slug):
    """Take one item out of a list; it names itself by ``step``."""
    key = KEYS.get(slug)
    if key is None or SECTION[key].items is None:
        raise Http404
    book = open_book(request)
    said = book.writing.get(key, {})
    kept = [i for i in said.get("items", []) if i["id"] != request.POST.get("step")]
    form = forms.EmptyForm(request.POST)
    if write(request, book, key, {**said, "items": kept}, form):
        messages.success(request, _("Taken out."))
    else:
        messages.info(request, form.non_field_errors()[0])
    return redirect("plans:section", slug)


@client_only
@require_http_methods(["GET", "POST"])
def emergency(request):
    """The card with the numbers: always the same, and looked at once before it counts."""
    book = open_book(request)
    form = forms.EmptyForm(request.POST)
    if request.method == "POST":
        if write(request, book, "emergency", {"opened": True}, form):
            return redirect(back_to("emergency"))
        messages.info(request, form.non_field_errors()[0])
    context = {
        "book": book,
        "read": book.section("emergency"),
        "opened": book.writing.get("emergency", {}).get("opened", False),
    }
    return render(request, "plans/emergency.html", context)


@client_only
@require_POST
def reorder(request):
    """Move a skill of the kit one place up. It counts at once, without a new version."""
    book = open_book(request)
    items = book.writing.get("kit", {}).get("items", [])
    codes = [item["code"] for item in items]
    steps = [item["id"] for item in items]
    step = request.POST.get("step")
    if step in steps[1:]:
        place = steps.index(step)
        codes[place - 1 : place + 1] = [codes[place], codes[place - 1]]
        services.set_kit_order(
            client=book.client, codes=codes, at=book.at, by=request.actor
        )
    return redirect("plans:section", "kit")


@client_only
@require_http_methods(["GET", "POST"])
def people(request):
    """The people to call, and one more."""
    book = open_book(request)
    form = forms.PersonForm(request.POST or None)
    if form.is_valid():
        services.add_person(
            client=book.client, details=form.cleaned_data, at=book.at, by=request.actor
        )
        messages.success(request, _("Saved."))
        return redirect("plans:people")
    context = {
        "book": book,
        "read": book.section("people"),
        "form": fill_in(request, form),
    }
    return render(request, "plans/people.html", context)


@client_only
@require_http_methods(["GET", "POST"])
def person(request, person_id):
    book = open_book(request)
    person = get_object_or_404(
        PlanPerson.objects.of_client(request.user).current(), pk=person_id
    )
    form = forms.PersonForm(request.POST or None, initial=person.details)
    if form.is_valid() or (request.method == "POST" and "remove" in request.POST):
        acting = {"person": person, "at": book.at, "by": request.actor}
        if "remove" in request.POST:
            services.remove_person(**acting)
            messages.success(request, _("Taken out."))
        else:
            services.change_person(details=form.cleaned_data, **acting)
            messages.success(request, _("Saved."))
        return redirect("plans:people")
    context = {"book": book, "person": person, "form": fill_in(request, form)}
    return render(request, "plans/person.html", context)


@client_only
@require_POST
def nobody_yet(request):
    """Nobody to call yet: the counselor looks for somebody together with the client."""
    book = open_book(request)
    form = forms.EmptyForm(request.POST)
    if write(request, book, "people", {"none_yet": True}, form):
        messages.success(request, _("Saved. You look for somebody together."))
    else:
        messages.info(request, form.non_field_errors()[0])
    return redirect("plans:people")
