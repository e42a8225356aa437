"""How a quote may be shown in a list: the official forms, such as 138****8000 and 11*************01X."""

from collections.abc import Callable


def masked(quote: str, style: str) -> str:
    """The quote with its middle hidden; `style` is the category's mask. Line breaks become blanks."""
    return _STYLES[style](" ".join(quote.split()))


def _keep_ends(text: str, front: int, back: int) -> str:
    """So many characters at each end; of a short text a quarter at each end, so that most of it stays hidden."""
    if len(text) < front + back + 4:
        front = back = len(text) // 4
    return text[:front] + "*" * (len(text) - front - back) + text[len(text) - back :]


_STYLES: dict[str, Callable[[str], str]] = {
    "none": lambda text: text,
    "id": lambda text: _keep_ends(text, 2, 3),
    "phone": lambda text: _keep_ends(text, 3, 4),
    "account": lambda text: _keep_ends(text, 4, 4),
    "address": lambda text: text[: min(6, len(text) // 2)] + "*" * max(len(text) - 6, 2),
    "all": lambda text: text[:1] + "*" * max(len(text) - 1, 1),
}
