"""Which pictures a basket takes, in words: `smile and not glasses`, `smile, long_hair`, `7`.

    query  = either {"," either}                       a comma is an "and" that binds least
    either = both {"or" both}
    both   = one {"and" one}
    one    = ("not" | "no") one | "(" query ")" | NAME [("<" | "<=" | ">" | ">=") NUMBER]
             | "label" "=" NAME

A name is an attribute or a label; alone it asks for a value above one half. Names may be written
between quotes, in any case, and with blanks for underscores. Every mistake says where it is.
"""

from __future__ import annotations

import difflib
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Mask = NDArray[np.bool_]
    Test = Callable[[NDArray[np.float64]], Mask]

_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_HALF = 0.5
_LISTED = 12
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_WORD = re.compile(r"[^\s,()<>=\"']+")
_KEYWORDS = ("and", "or", "not", "no")


@dataclass(frozen=True, eq=False)
class Query:
    """A condition on attributes or labels, checked against their names."""

    text: str
    names: tuple[str, ...]  # of the columns of `values`
    used: frozenset[str]  # those that it asks about
    _test: Test

    def mask(self, values: ArrayLike) -> Mask:
        """Which rows of values (n, k), 0 to 1, satisfy it, (n,); never one that is asked of a NaN.

        Raises ConfigError for another number of columns.
        """
        rows = np.array(values, np.float64, ndmin=2)
        if rows.shape[1] != len(self.names):
            raise ConfigError(
                f"A query about {len(self.names)} names was put to rows of {rows.shape[1]} values."
            )
        asked = [place for place, name in enumerate(self.names) if name in self.used]
        return self._test(rows) & np.isfinite(rows[:, asked]).all(axis=1)


def parse(text: str, names: Sequence[str], *, at: int = 1) -> Query:
    """Read a query about these names; `at` is the character that `text` begins at in a longer one.

    Raises ConfigError with the position: "at character 7: there is no 'smil'; did you mean smile".
    """
    reader = _Reader(text, tuple(names), at)
    test = reader.query()
    if not reader.is_at_end:
        raise reader.wrong(f"'{reader.rest}' was not expected; join conditions by a comma, and, or")
    return Query(text, tuple(names), frozenset(reader.used), test)


class _Reader:
    """Goes through a text from left to right."""

    def __init__(self, text: str, names: tuple[str, ...], at: int) -> None:
        self._text, self._names, self._offset = text, names, at
        self._place = 0
        self.used: set[str] = set()
        spelled = [*names, *(name.replace("_", " ") for name in names)]
        self._spelled = sorted(dict.fromkeys(spelled), key=len, reverse=True)

    # -- grammar -------------------------------------------------------------------------------

    def query(self) -> Test:
        """Conditions with commas between."""
        tests = [self._either()]
        while self._takes(","):
            tests.append(self._either())
        return _all_of(tests)

    def _either(self) -> Test:
        tests = [self._both()]
        while self._takes_word("or"):
            tests.append(self._both())
        return _any_of(tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._takes_word("and"):
            tests.append(self._one())
        return _all_of(tests)

    def _one(self) -> Test:
        self._skip()
        named = self._name_here()
        if named is None:
            if self._takes_word("not") or self._takes_word("no"):
                test = self._one()
                return lambda rows: ~test(rows)
            if self._takes("("):
                return self._closed()
            if self._takes_label():
                named = self._name_here()
                if named is None:
                    raise self._unknown()
                self._place += named[1]
                return self._compared(named[0], operator.gt, _HALF)
            raise self._unknown()
        self._place += named[1]
        return self._atom(named[0])

    def _closed(self) -> Test:
        opened = self._place - 1
        test = self.query()
        if not self._takes(")"):
            raise self.wrong("this parenthesis is not closed; write )", opened)
        return test

    def _atom(self, name: str) -> Test:
        for sign in ("<=", ">=", "<", ">"):
            if self._takes(sign):
                return self._compared(name, _COMPARE[sign], self._number())
        self._skip()
        if self._text.startswith("=", self._place):
            raise self.wrong(f"a value is not asked for exactly; write {name} > 0.5, or no {name}")
        return self._compared(name, operator.gt, _HALF)

    def _compared(self, name: str, compare: Callable[..., Mask], bound: float) -> Test:
        self.used.add(name)
        column = self._names.index(name)
        return lambda rows: compare(rows[:, column], bound)

    # -- words ---------------------------------------------------------------------------------

    @property
    def is_at_end(self) -> bool:
        """Whether nothing but blanks is left."""
        self._skip()
        return self._place >= len(self._text)

    @property
    def rest(self) -> str:
        """The beginning of what is left."""
        return self._text[self._place : self._place + 20].strip()

    def wrong(self, why: str, place: int | None = None) -> ConfigError:
        """The error that names the place, by default where the reader stands."""
        where = self._offset + (self._place if place is None else place)
        return ConfigError(f"at character {where}: {why}.")

    def _skip(self) -> None:
        while self._place < len(self._text) and self._text[self._place].isspace():
            self._place += 1

    def _takes(self, sign: str) -> bool:
        self._skip()
        found = self._text.startswith(sign, self._place)
        self._place += len(sign) * found
        return found

    def _takes_word(self, word: str) -> bool:
        self._skip()
        found = self._matches(word)
        self._place += len(word) * found
        return found

    def _takes_label(self) -> bool:
        """`label =`, before the name of one; a name that is spelled so is one all the same."""
        before = self._place
        if self._takes_word("label") and self._takes("="):
            self._skip()
            return True
        self._place = before
        return False

    def _number(self) -> float:
        self._skip()
        found = _NUMBER.match(self._text, self._place)
        if found is None:
            raise self.wrong("a number is missing, as in smile > 0.7")
        self._place = found.end()
        return float(found.group())

    def _name_here(self) -> tuple[str, int] | None:
        """The name that stands here, quoted or not, and how many letters it takes."""
        if self._place < len(self._text) and self._text[self._place] in "\"'":
            return self._quoted()
        for exact in (True, False):
            for spelled in self._spelled:
                if self._matches(spelled, exact=exact):
                    return self._meant(spelled), len(spelled)
        return None

    def _quoted(self) -> tuple[str, int]:
        quote = self._text[self._place]
        end = self._text.find(quote, self._place + 1)
        if end < 0:
            raise self.wrong(f"this name has no end; write {quote} behind it")
        name = self._text[self._place + 1 : end]
        if name not in self._names:
            raise self.wrong(self._no_such(name))
        return name, end + 1 - self._place

    def _matches(self, spelled: str, *, exact: bool = False) -> bool:
        """Whether a word stands here as a whole."""
        end = self._place + len(spelled)
        here = self._text[self._place : end]
        same = here == spelled if exact else here.casefold() == spelled.casefold()
        return same and (end >= len(self._text) or not _WORD.match(self._text[end]))

    def _meant(self, spelled: str) -> str:
        return next(n for n in self._names if spelled in (n, n.replace("_", " ")))

    def _unknown(self) -> ConfigError:
        found = _WORD.match(self._text, self._place)
        word = found.group() if found else self._text[self._place : self._place + 1]
        if not word or word == ")":
            return self.wrong(f"a name is missing; there are {self._listed()}")
        if word in _KEYWORDS or not found:
            return self.wrong(f"a name was expected before '{word}'")
        return self.wrong(self._no_such(word))

    def _no_such(self, word: str) -> str:
        known = {name.casefold(): name for name in self._names}
        near = difflib.get_close_matches(word.casefold(), known, n=3, cutoff=0.5)
        if near:
            return f"there is no '{word}'; did you mean {' or '.join(known[n] for n in near)}"
        return f"there is no '{word}'; there are {self._listed()}"

    def _listed(self) -> str:
        more = len(self._names) - _LISTED
        names = ", ".join(self._names[:_LISTED]) or "no names"
        return names + (f" and {more} more" if more > 0 else "")


def _all_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda rows: np.logical_and.reduce([test(rows) for test in tests])


def _any_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda rows: np.logical_or.reduce([test(rows) for test in tests])
