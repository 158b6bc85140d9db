"""Names of one letter and more, for pins and terms."""

from __future__ import annotations


def letters(number: int) -> str:
    """0, 1, 2 ... as A, B ... Z, AA, AB ..."""
    text = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        text = chr(ord("A") + digit) + text
    return text
