from functools import cache

from apps.phone.services import owner_tag


def phone(request):
    """Whose phone this page is on, for the script that keeps things on it.

    ``phone_offline`` is "yes" or "no" for a client and empty for anybody else. Called, not
    computed: a page that shows neither pays for neither.
    """

    @cache
    def client():
        # Behind a closed lock the phone stays theirs: what is kept on it stays.
        user = getattr(request, "locked_user", None) or getattr(request, "user", None)
        return getattr(user, "client", None) if user and user.is_authenticated else None

    def tag():
        person = client()
        return owner_tag(person) if person and not person.monitored_phone else ""

    def offline():
        person = client()
        if person is None:
            return ""
        return "no" if person.monitored_phone else "yes"

    def lock():
        user = getattr(request, "user", None)
        return "yes" if getattr(user, "app_lock", None) else ""

    return {"owner_tag": tag, "phone_offline": offline, "phone_lock": lock}
