"""Of apps.accounts.policy: the routes by which people come in, stay in and are let in."""


def read(action: str) -> dict[str, str]:
    return {"GET": action}


def post(action: str) -> dict[str, str]:
    return {"POST": action}


def form(action: str, read: str | None = None) -> dict[str, str]:
    return {"GET": read or action, "POST": action}


# By the name of the route. HEAD is GET without the body; what is not here is refused.
ROUTES: dict[str, dict[str, str]] = {
    "signin:sign_in": form("account.sign_in"),
    "signin:confirm": form("account.sign_in"),
    "signin:passkey": post("account.sign_in"),
    "signin:passkey_asks": post("account.sign_in"),
    "signin:second_step": form("factor.give"),
    "signin:set_up": read("factor.set_up"),
    "signin:set_up_app": form("factor.set_up"),
    "signin:set_up_passkey": form("factor.set_up"),
    "signin:new_passkey": post("factor.set_up"),
    "signin:ways_in": read("factor.list"),
    "signin:remove_way_in": post("factor.remove"),
    "signin:new_spare_codes": post("factor.remove"),
    "signin:wait": form("factor.give"),
    "signin:let_in": post("door.open"),
    "signin:close_door": post("door.close"),
    "signin:staff": read("staff.list"),
    "signin:staff_member": read("staff.list"),
    "signin:staff_let_in": post("staff.let_in"),
    "signin:staff_new": form("staff.invite"),
    "signin:staff_again": post("staff.invite"),
    "signin:staff_role": post("staff.change"),
    "signin:staff_role_away": post("staff.change"),
    "signin:staff_reset": post("staff.change"),
    "signin:staff_end": form("staff.change"),
    "signin:places": read("place.list"),
    "signin:end_place": post("place.end"),
    "signin:end_others": post("place.end"),
    "signin:say_seen": post("place.seen"),
    "signin:still_you": form("proof.give"),
    "signin:locked": form("lock.open"),
    "signin:lock": form("lock.change", "lock.read"),
    "signin:lock_by_passkey": post("lock.change"),
    "signin:lock_off": post("lock.change"),
    "signin:lock_now": post("lock.close"),
    "signin:reach": form("address.change", "address.read"),
    "signin:reach_code": form("address.change", "address.read"),
    "signin:reach_back": post("address.change"),
    "signin:keys": form("key.change", "key.list"),
    "signin:new_key": post("key.change"),
    "signin:remove_key": post("key.change"),
    "signin:sign_out": post("account.sign_out"),
    "signin:language": post("account.language"),
    "signin:let_go": post("form.let_go"),
    "signin:invitation": form("account.accept_invitation"),
}
