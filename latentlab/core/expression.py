"""Arithmetic as one line: `mean(smile, long_hair) - mean(no smile, long_hair) + 0.5 * mean(beard)`.

    sum    = [sign] scaled {sign scaled}
    scaled = factor {"*" factor}                       at most one of them is no number
    factor = NUMBER | "(" sum ")" | "mean(" inside ")" | reference
    inside = a query of core.query | reference {"," reference}

References are those of core.reference, `z(0.1, -1.5)` also for a latent; one with blanks or commas
stands between quotes, as "file:my face.png". Every mistake says at which character it is.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from latentlab.core import reference
from latentlab.core.arithmetic import MOST_WEIGHT, Term
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(?![\w:(])", re.IGNORECASE)
_KINDS = r"(?:data|file|picture|z|seed|label|pin)"
_NAMED = re.compile(rf"\s*[\"']?{_KINDS}\s*:|\s*z\s*\(")
_FLOAT = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_Z = re.compile(rf"z:({_FLOAT}(?:,{_FLOAT})*(?:@{_FLOAT}(?:,{_FLOAT})*)?)", re.IGNORECASE)
_SEED = re.compile(r"seed:\d+")
_ROUND = re.compile(r"z\s*\(([^()]*)\)")
_BARE = re.compile(r"[^\s,()]+")
_WORD = re.compile(r"\w+")
EXAMPLE = "mean(smile, no hat) - mean(no smile, no hat) + mean(seed:1, seed:2)"


@dataclass(frozen=True)
class Weighted:
    """One term of an expression: what a mean is taken of, and how often it counts."""

    weight: float
    inside: str  # a query, or the references as they were written
    at: int  # the character that `inside` begins at, the first is 1
    references: tuple[str, ...] = ()  # empty: `inside` is a query


def parse(text: str) -> tuple[Weighted, ...]:
    """Read an expression; raises ConfigError that names the place of a mistake."""
    reader = _Reader(text)
    found = reader.sum()
    if not reader.is_at_end:
        raise reader.wrong(f"'{reader.rest}' was not expected; join terms by + or -")
    for term in found:
        if not abs(term.weight) <= MOST_WEIGHT:
            raise ConfigError(
                f"at character {term.at}: a weight of {term.weight:g} is too large; "
                f"choose -{MOST_WEIGHT:g} to {MOST_WEIGHT:g}."
            )
    return found


def written(terms: Iterable[Term], *, queries: bool = False) -> str:
    """Terms as `parse` reads them, by the samples of their baskets.

    With `queries` by what filled them, where that is known. Raises ConfigError for an empty basket.
    """
    text = ""
    for term in terms:
        sign = "-" if term.weight < 0 else "+" if text else ""
        text += f" {sign} " if text else sign
        factor = abs(term.weight)
        text += "" if factor == 1 else f"{_plain(factor)} * "
        text += _inside(term, queries=queries)
        if len(text) > 1 and text.startswith("-"):
            text = f"({text})"  # a shell would take it for an option
    return text


def _inside(term: Term, *, queries: bool) -> str:
    if queries and term.query:
        return f"mean({term.query})"
    if not term.basket:
        raise ConfigError("A term has an empty basket; put a sample into it, or take it out.")
    return f"mean({', '.join(map(_quoted, term.basket))})"


def _quoted(text: str) -> str:
    """Between quotes where its end could not be told."""
    kind = text.partition(":")[0]
    if kind in ("z", "seed") or not set(text) & set(" ,()\t"):
        return text
    return f'"{text}"' if '"' not in text else f"'{text}'"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


class _Reader:
    """Goes through a text from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._place = text, 0

    # -- grammar -------------------------------------------------------------------------------

    def sum(self) -> tuple[Weighted, ...]:
        """Terms, each with its sign in its weight."""
        sign = -1.0 if self._takes("-") else 1.0
        if sign > 0:
            self._takes("+")
        found = _scaled(self._product(), sign)
        while (plus := self._takes("+")) or self._takes("-"):
            found += _scaled(self._product(), 1.0 if plus else -1.0)
        return found

    def _product(self) -> tuple[Weighted, ...]:
        began = self._skipped()
        scale, terms = 1.0, None
        while True:
            found = self._factor()
            if isinstance(found, float):
                scale *= found
            elif terms is None:
                terms = found
            else:
                raise self.wrong("two means cannot be multiplied; write + or - between them", began)
            if not self._takes("*"):
                break
        if terms is None:
            raise self.wrong("a number alone is no term; write, as 0.5 * mean(smile)", began)
        return _scaled(terms, scale)

    def _factor(self) -> float | tuple[Weighted, ...]:
        self._skipped()
        number = _NUMBER.match(self._text, self._place)
        if number:
            self._place = number.end()
            return self._finite(float(number.group()))
        if self._takes("("):
            return self._closed()
        if re.compile(r"mean\s*\(").match(self._text, self._place):
            return self._mean()
        if _NAMED.match(self._text, self._place):
            at = self._place + 1
            named = self._reference()
            return (Weighted(1.0, named, at, (named,)),)
        raise self._unknown()

    def _closed(self) -> tuple[Weighted, ...]:
        opened = self._place - 1
        found = self.sum()
        if not self._takes(")"):
            raise self.wrong("this parenthesis is not closed; write )", opened)
        return found

    def _mean(self) -> tuple[Weighted, ...]:
        opened = self._text.index("(", self._place)
        end = self._end_of(opened)
        inside, at = self._text[opened + 1 : end], opened + 2
        if not inside.strip():
            raise self.wrong("this basket is empty; write as mean(smile, no hat)", opened)
        references: tuple[str, ...] = ()
        if _NAMED.match(inside):
            self._place = opened + 1
            references = self._references(end)
        self._place = end + 1
        return (Weighted(1.0, inside.strip(), at + len(inside) - len(inside.lstrip()), references),)

    def _references(self, end: int) -> tuple[str, ...]:
        found = [self._reference()]
        while self._takes(","):
            found.append(self._reference())
        if self._skipped() != end:
            raise self.wrong("samples stand with commas between")
        return tuple(found)

    def _reference(self) -> str:
        began = self._skipped()
        text = self._named()
        try:
            return str(reference.parse(text))
        except ConfigError as error:
            raise self.wrong(str(error).rstrip("."), began) from None

    def _named(self) -> str:
        """One reference, as it stands here."""
        quote = self._text[self._place : self._place + 1]
        if quote and quote in "\"'":
            end = self._text.find(quote, self._place + 1)
            if end < 0:
                raise self.wrong(f"this name has no end; write {quote} behind it")
            began, self._place = self._place + 1, end + 1
            return self._text[began:end]
        if found := _ROUND.match(self._text, self._place):
            self._place = found.end()
            return f"z:{','.join(part.strip() for part in found.group(1).split(','))}"
        for form in (_Z, _SEED, _BARE):
            if found := form.match(self._text, self._place):
                self._place = found.end()
                return found.group()
        raise self.wrong("a sample is missing, as seed:4 or data:mnist/test/17")

    # -- words ---------------------------------------------------------------------------------

    @property
    def is_at_end(self) -> bool:
        """Whether nothing but blanks is left."""
        return self._skipped() >= len(self._text)

    @property
    def rest(self) -> str:
        """The beginning of what is left."""
        return self._text[self._place : self._place + 20].strip()

    def wrong(self, why: str, place: int | None = None) -> ConfigError:
        """The error that names the place, by default where the reader stands."""
        return ConfigError(f"at character {(self._place if place is None else place) + 1}: {why}.")

    def _skipped(self) -> int:
        while self._place < len(self._text) and self._text[self._place].isspace():
            self._place += 1
        return self._place

    def _takes(self, sign: str) -> bool:
        self._skipped()
        found = self._text.startswith(sign, self._place)
        self._place += found
        return found

    def _end_of(self, opened: int) -> int:
        """The parenthesis that closes the one at `opened`; those between quotes do not count."""
        depth, quote = 0, ""
        for place in range(opened, len(self._text)):
            letter = self._text[place]
            if quote:
                quote = "" if letter == quote else quote
            elif letter in "\"'":
                quote = letter
            else:
                depth += (letter == "(") - (letter == ")")
                if not depth:
                    return place
        raise self.wrong("this parenthesis is not closed; write )", opened)

    def _finite(self, number: float) -> float:
        if not math.isfinite(number):
            raise self.wrong("this number is too large")
        return number

    def _unknown(self) -> ConfigError:
        found = _WORD.match(self._text, self._place)
        if found is None:
            here = self._text[self._place : self._place + 1]
            what = f"a term was expected before '{here}'" if here else "a term is missing"
            return self.wrong(f"{what}; write, as {EXAMPLE}")
        word = found.group()
        return self.wrong(f"'{word}' is no term; write mean({word}), or as {EXAMPLE}")


def _scaled(terms: tuple[Weighted, ...], factor: float) -> tuple[Weighted, ...]:
    return tuple(replace(term, weight=term.weight * factor) for term in terms)
