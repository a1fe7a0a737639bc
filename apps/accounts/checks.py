"""Every path is in the policy, and says of itself what the policy says of it."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from apps.accounts.policy import ROUTES, RULES
from apps.common.routes import all_routes

# Where a demonstration is mounted only.
DEMO_ONLY = ("demo:", "desk:outbox")


@register(Tags.urls)
def every_path_is_classified(app_configs, **kwargs):
    routes = {route.name: route for route in all_routes()}
    found = [
        f"{route.pattern} ({name}) takes {method}, and apps.accounts.policy does not say so"
        for name, route in routes.items()
        for method in route.methods
        if method != "HEAD" and method not in ROUTES.get(name, {})
    ]
    found += [
        f"apps.accounts.policy says that {name} takes {method}, and it does not"
        for name, methods in ROUTES.items()
        if settings.DEMO or not name.startswith(DEMO_ONLY)
        for method in methods
        if name not in routes or method not in routes[name].methods
    ]
    found += [
        f"apps.accounts.policy has no rule for {action}"
        for action in sorted(
            {a for methods in ROUTES.values() for a in methods.values()}
        )
        if action not in RULES
    ]
    return [Error(f"{what}.", id="companion.E006") for what in found]
