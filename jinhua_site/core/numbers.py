"""Numbers as each language writes them, never rounded."""

from django.utils.translation import get_language, gettext

MYRIAD = 10_000
MILLION = 1_000_000


def plain(value):
    """A `Decimal` in digits, without trailing zeros: 146.70 becomes 146.7."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def readable(value):
    """`value` as the active language writes it.

    A large round number is shortened (1.8 million; 69万) if two decimals
    are enough to write it exactly; any other number is written in full.
    """
    if get_language() == "zh-hans":
        if value >= MYRIAD and value % (MYRIAD // 100) == 0:
            return gettext("{number} ten thousand").format(number=plain(value / MYRIAD))
    elif value >= MILLION and value % (MILLION // 100) == 0:
        return gettext("{number} million").format(number=plain(value / MILLION))
    return digits(value)


def digits(value):
    """`value` in digits, in groups of three where the active language groups them."""
    whole, point, decimals = plain(value).partition(".")
    return plain(value) if get_language() == "zh-hans" else f"{int(whole):,}{point}{decimals}"
