"""What each path of the tools, of what is near, and of how long it takes is, as an action."""

from apps.accounts.sign_in_routes import form, post, read

ROUTES: dict[str, dict[str, str]] = {
    "home:tools": read("help.read"),
    "home:nearby": form("plan.write", "nearby.look"),
    "checkins:moment_helped": post("moment.write"),
    "setup:nearby": read("nearby.read"),
    "setup:nearby_new": form("nearby.change", "nearby.read"),
    "setup:nearby_change": form("nearby.change", "nearby.read"),
    "setup:nearby_checked": post("nearby.change"),
    "setup:nearby_shown": post("nearby.change"),
    "desk:pace": read("pace.read"),
}
