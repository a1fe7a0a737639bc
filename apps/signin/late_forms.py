"""What was typed when a sign-in had run out: kept for whoever typed it, and given back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.http import QueryDict
from django.middleware.csrf import (
    CSRF_TOKEN_LENGTH,
    InvalidTokenFormat,
    _check_token_format,
    _unmask_cipher_token,
)

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.common.crypto import blind_index
from apps.common.typed import KeptForm
from apps.signin.limits import IN_ALL
from apps.signin.models import LateForm, PageToken

# Enough for the longest section of a plan.
MOST_LETTERS = 32 * 1024
MOST_FORMS = 5
TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105  a name
# A page can stand open as long as a sign-in lasts, and somewhat longer.
PAGES_KNOWN_FOR = max(IN_ALL.values()) + timedelta(days=3)


class TooMuch(Exception):
    """More than is kept for anybody."""


def note_page_token(*, user: User, secret: str, at: datetime) -> None:
    """From now on, pages with this token are this person's."""
    PageToken.objects.get_or_create(
        token_index=_index_of(secret), defaults={"user": user, "made_at": at}
    )


def whose_page(token: str) -> User | None:
    """Who had the page open that carried this token."""
    try:
        _check_token_format(token)
    except InvalidTokenFormat:
        return None
    masked = len(token) == CSRF_TOKEN_LENGTH
    secret = _unmask_cipher_token(token) if masked else token
    known = PageToken.objects.select_related("user")
    page = known.filter(token_index=_index_of(secret)).first()
    return page.user if page is not None and page.user.is_active else None


def fields_of(data: QueryDict) -> list[tuple[str, list[str]]]:
    return [(name, said) for name, said in data.lists() if name != TOKEN_FIELD]


@transaction.atomic
def keep(
    *, user: User, path: str, page: str, data: QueryDict, at: datetime, by: Actor
) -> None:
    """Keep it until the person signs in again.

    :raises TooMuch: when it is longer than any form of ours.
    """
    fields = fields_of(data)
    if sum(len(one) for _, said in fields for one in said) > MOST_LETTERS:
        raise TooMuch
    index = blind_index(f"{user.pk}|{path}", purpose="signin.late_form")
    # The row is made anew: its ciphertext belongs to its key.
    LateForm.objects.filter(user=user, path_index=index).delete()
    LateForm.objects.create(
        user=user,
        path_index=index,
        content={"path": path, "page": page, "fields": fields},
        kept_at=at,
    )
    newest = LateForm.objects.filter(user=user).order_by("-kept_at", "-pk")
    kept = list(newest.values_list("pk", flat=True)[:MOST_FORMS])
    LateForm.objects.filter(user=user).exclude(pk__in=kept).delete()
    record(action="accounts.late_form_kept", at=at, by=by, subject=user)


def is_anything_kept(user: User, at: datetime) -> bool:
    return LateForm.objects.visible_to(user).fresh(at).exists()


def kept_for(user: User, at: datetime) -> list[KeptForm]:
    rows = LateForm.objects.visible_to(user).fresh(at).order_by("-kept_at", "-pk")
    return [_opened(row) for row in rows]


def _opened(row: LateForm) -> KeptForm:
    data = QueryDict(mutable=True)
    for name, said in row.content["fields"]:
        data.setlist(name, said)
    return KeptForm(row.pk, row.content["path"], row.content["page"], data)


@transaction.atomic
def let_go(*, kept: LateForm, at: datetime, by: Actor) -> None:
    """It was sent again, or is not wanted any more."""
    record(action="accounts.late_form_gone", at=at, by=by, subject=kept.user)
    kept.delete()


def let_go_of_path(*, user: User, path: str, at: datetime, by: Actor) -> None:
    index = blind_index(f"{user.pk}|{path}", purpose="signin.late_form")
    for kept in LateForm.objects.visible_to(user).filter(path_index=index):
        let_go(kept=kept, at=at, by=by)


def forget_old(at: datetime) -> None:
    """What nobody came for, and pages that nobody can have open any more."""
    LateForm.objects.filter(kept_at__lte=at - LateForm.KEPT_FOR).delete()
    PageToken.objects.filter(made_at__lte=at - PAGES_KNOWN_FOR).delete()


def _index_of(secret: str) -> str:
    return blind_index(secret, purpose="signin.page_token")
