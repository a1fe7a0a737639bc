"""What the app is called and which picture it has: neutral, and the program's own choice.

Both stand where anybody may read them: on the phone's first screen, in titles, in the list
of open pages. They are kept in the session from the sign-in on, so that no page asks again.
"""

from typing import NamedTuple

from django.conf import settings

KEY = "app"


class Identity(NamedTuple):
    """``icon`` names a symbol of the sprite and a file ``icons/app-<icon>.svg``."""

    name: str
    icon: str


def keep(session, *, name: str, icon: str) -> None:
    """From now on this browser sees this name. A blank name is that of the installation."""
    session[KEY] = [name, icon]


def identity_of(request) -> Identity:
    """For visitors, that of the installation."""
    # A page that fails before the sessions are there has a name too.
    name, icon = getattr(request, "session", {}).get(KEY, ("", ""))
    return Identity(name or settings.APP_NAME, icon or settings.APP_ICON)


def app_name_of(request) -> str:
    return identity_of(request).name


def app_icon_of(request) -> str:
    return identity_of(request).icon
