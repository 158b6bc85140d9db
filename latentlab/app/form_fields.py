"""A pydantic JSON schema as form fields: what may be typed, and one sentence when it may not."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

from latentlab.app.round_numbers import next_round, previous_round
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["int", "float", "bool", "choice", "list", "text"]
_KINDS: dict[str, Kind] = {
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "list",
    "string": "text",
}
_LABELS = {
    "latent": "latent size",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "epsilon": "ε",
    "lambda": "λ",
    "sigma": "σ",
}
_NUMBER_WORDS = {"int": "a whole number", "float": "a number"}
_DOUBLING_FROM = 16  # a power of two at least this large is stepped by doubling


@dataclass(frozen=True)
class Field:
    """One setting: its name, how it is edited and checked."""

    name: str
    label: str
    kind: Kind
    default: Any
    description: str = ""
    low: float | None = None
    high: float | None = None
    open_low: bool = False  # low itself is not allowed
    open_high: bool = False
    choices: tuple[Any, ...] = ()
    optional: bool = False  # empty text means None
    item: Kind = "int"  # of a list

    def parse(self, text: str) -> Any:
        """Typed text to a value; raises ConfigError, one sentence without the field's name."""
        clean = text.strip()
        if not clean and self.optional:
            return None
        if self.kind == "list":
            return [self._number(part.strip(), self.item) for part in clean.split(",") if part]
        if self.kind in ("int", "float"):
            return self._number(clean, self.kind)
        if self.kind == "choice":
            return self._choice(clean)
        return clean

    def accept(self, value: Any) -> Any:
        """A value from a preset or a file, checked like typed text; raises ConfigError."""
        if self.kind == "bool":
            if isinstance(value, bool):
                return value
            raise ConfigError("Choose yes or no.")
        return self.parse(self.format(value))

    def format(self, value: Any) -> str:
        """A value as it is typed."""
        if value is None:
            return ""
        if isinstance(value, list | tuple):
            return ", ".join(map(str, value))
        return f"{value:g}" if self.kind == "float" and float(f"{value:g}") == value else str(value)

    def stepped(self, value: float, steps: int) -> float:
        """The next round value above or below, inside the range."""
        for _ in range(abs(steps)):
            value = self._above(value) if steps > 0 else self._below(value)
        return value

    @property
    def span(self) -> str:
        """The allowed values in words, "from 1 to 16,384"; empty when there is no limit."""
        if self.choices:
            return ", ".join(map(str, self.choices))
        low = (
            None if self.low is None else f"{'above' if self.open_low else 'from'} {_say(self.low)}"
        )
        if self.high is None:
            return low or ""
        word = "below" if self.open_high else ("to" if low and not self.open_low else "at most")
        return (
            f"{low or ''} {'and ' if low and word != 'to' else ''}{word} {_say(self.high)}".strip()
        )

    @property
    def tooltip(self) -> str:
        """Description and range."""
        limits = f"{self.span}." if self.span else ""
        return "\n".join(
            part for part in (self.description, limits[:1].upper() + limits[1:]) if part
        )

    def _number(self, text: str, kind: Kind) -> float | int:
        try:
            number = int(text) if kind == "int" else float(text)
        except ValueError:
            raise ConfigError(self._wish(text)) from None
        if not isfinite(number) or not self._inside(number):
            raise ConfigError(self._wish(text))
        return number

    def _choice(self, text: str) -> Any:
        for choice in self.choices:
            if str(choice) == text:
                return choice
        raise ConfigError(f"Choose one of {self.span}.")

    def _wish(self, text: str) -> str:
        kind = self.item if self.kind == "list" else self.kind
        what = "whole numbers with commas" if self.kind == "list" else _NUMBER_WORDS[kind]
        got = f", not '{text[:20]}'" if text else ""
        return " ".join(filter(None, ["Needs", what, self.span])) + f"{got}."

    def _inside(self, number: float) -> bool:
        above = self.low is None or number > self.low or (number == self.low and not self.open_low)
        below = (
            self.high is None or number < self.high or (number == self.high and not self.open_high)
        )
        return above and below

    def _above(self, value: float) -> float:
        if self.kind == "int":
            wanted: float = int(value) * 2 if self._doubles(value) else int(value) + 1
        else:
            wanted = next_round(value)
        return self._kept(wanted, value)

    def _below(self, value: float) -> float:
        if self.kind == "int":
            doubles = self._doubles(value) and value > _DOUBLING_FROM
            wanted: float = int(value) // 2 if doubles else int(value) - 1
        else:
            wanted = previous_round(value)
        return self._kept(wanted, value)

    def _doubles(self, value: float) -> bool:
        number = int(value)
        return number >= _DOUBLING_FROM and number & (number - 1) == 0

    def _kept(self, wanted: float, value: float) -> float:
        if self._inside(wanted):
            return wanted
        limit = self.high if wanted > value else self.low
        if limit is None or not self._inside(limit):
            return value
        return int(limit) if self.kind == "int" else limit


def fields_of(schema: Mapping[str, Any], defaults: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a JSON schema as pydantic writes it, in their order."""
    shared = schema.get("$defs", {})
    return tuple(
        _field(name, part, defaults.get(name, part.get("default")), shared)
        for name, part in schema.get("properties", {}).items()
    )


def _field(name: str, part: Mapping[str, Any], default: Any, shared: Mapping[str, Any]) -> Field:
    plain, optional = _resolve(part, shared)
    low, high = plain.get("minimum"), plain.get("maximum")
    open_low, open_high = plain.get("exclusiveMinimum"), plain.get("exclusiveMaximum")
    items = plain.get("items", plain.get("prefixItems", [{}])[0])
    limits = items if plain.get("type") == "array" else plain
    if limits is items:
        low, high = items.get("minimum"), items.get("maximum")
        open_low, open_high = items.get("exclusiveMinimum"), items.get("exclusiveMaximum")
    choices = plain.get("enum") or ([plain["const"]] if "const" in plain else [])
    return Field(
        name=name,
        label=_LABELS.get(name, name.replace("_", " ")),
        kind="choice" if choices else _KINDS.get(plain.get("type", "string"), "text"),
        default=default,
        description=part.get("description", plain.get("description", "")),
        low=low if open_low is None else open_low,
        high=high if open_high is None else open_high,
        open_low=open_low is not None,
        open_high=open_high is not None,
        choices=tuple(choices),
        optional=optional,
        item=_KINDS.get(items.get("type", "integer"), "int"),
    )


def _resolve(part: Mapping[str, Any], shared: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """Follow references and "this or null"; whether null was allowed."""
    if "$ref" in part:
        return _resolve(shared[part["$ref"].rsplit("/", 1)[-1]], shared)
    options = part.get("anyOf")
    if options is None:
        return part, False
    real = [option for option in options if option.get("type") != "null"]
    return _resolve(real[0], shared)[0], len(real) < len(options)


def _say(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) and abs(number) >= 1 else f"{number:g}"
