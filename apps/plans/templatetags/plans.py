import phonenumbers
from django import template

from apps.plans.wording import when_words

register = template.Library()
register.filter("when_words", when_words)


@register.filter
def phone(e164: str) -> str:
    """A kept number as people write it: (617) 555-0142."""
    number = phonenumbers.parse(e164)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


@register.filter
def by_value(field) -> dict:
    """The single inputs of a choice field, by the value each stands for."""
    return {widget.data["value"]: widget for widget in field.subwidgets}


@register.filter
def at(mapping, key):
    return mapping[key]


@register.filter
def chosen_in(field, groups) -> bool:
    """Whether something of these groups of chips is chosen."""
    chosen = field.value() or []
    chosen = [chosen] if isinstance(chosen, str) else chosen
    return any(chip.code in chosen for chips in groups.values() for chip in chips)
