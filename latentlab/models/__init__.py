"""Model families: one file each, found by looking, asked by capability and never by class."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from latentlab.core.errors import ConfigError
from latentlab.core.plugins import modules
from latentlab.core.spec import Recipe
from latentlab.models.family import Family, FamilyConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

AnyFamily = Family[Any, Any]
S = TypeVar("S", bound=BaseModel)


@cache
def families() -> dict[str, AnyFamily]:
    """All families by name: every module of this package that has a `FAMILY`.

    A module that cannot be loaded is told to the log, and takes no other with it.
    """
    found = [
        module.FAMILY
        for module in modules(__name__, __path__, kind="model family")
        if hasattr(module, "FAMILY")
    ]
    return {family.name: family for family in sorted(found, key=lambda family: family.name)}


def get(name: str) -> AnyFamily:
    """The family of that name; ConfigError names the nearest ones."""
    known = families()
    if name not in known:
        raise ConfigError(f"There is no model family '{name}'{_nearest(name, known)}.")
    return known[name]


def describe(family: AnyFamily) -> dict[str, Any]:
    """All a form, a command line or a page must know of a family, as JSON values."""
    return {
        "name": family.name,
        "title": family.title,
        "summary": family.summary,
        "paper": family.paper,
        "capabilities": sorted(family.capabilities),
        "loss_unit": family.loss_unit,
        "config": {
            "schema": family.Config.model_json_schema(),
            "defaults": family.Config().model_dump(mode="json"),
        },
        "recipe": {
            "schema": Recipe.model_json_schema(),
            "defaults": family.recipe.model_dump(mode="json"),
        },
        "presets": {name: dict(values) for name, values in family.presets.items()},
    }


def parse_config(family: AnyFamily, values: Mapping[str, Any]) -> FamilyConfig:
    """The family's config from defaults and `values`; ConfigError in one sentence."""
    config: FamilyConfig = _parse(family.Config, values, family.title)
    return config


def parse_recipe(family: AnyFamily, values: Mapping[str, Any]) -> Recipe:
    """The family's recipe with `values` instead of its own; ConfigError in one sentence."""
    return _parse(Recipe, {**family.recipe.model_dump(), **values}, family.title)


def split_settings(
    family: AnyFamily, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings as a command line or a preset mixes them, parted into config and recipe.

    Values are passed on unchecked; a key of neither is a ConfigError that names the nearest.
    """
    config, recipe = family.Config.model_fields, Recipe.model_fields
    for key in values:
        if key not in config and key not in recipe:
            _refuse_key(key, [*config, *recipe], family.title)
    return (
        {key: value for key, value in values.items() if key in config},
        {key: value for key, value in values.items() if key not in config},
    )


def _parse(model: type[S], values: Mapping[str, Any], title: str) -> S:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        if first["type"] == "extra_forbidden":
            _refuse_key(key, list(model.model_fields), title)
        raise ConfigError(
            f"{title}: {key} is {first['input']!r}, but {_range(model, key, first['msg'])}."
        ) from error


def _refuse_key(key: str, known: list[str], title: str) -> None:
    raise ConfigError(f"{title} has no setting '{key}'{_nearest(key, known)}.")


def _nearest(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """What was probably meant, else everything there is."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.5)
    if near:
        return f"; did you mean {' or '.join(near)}?".rstrip("?")
    return f"; there are {', '.join(known)}"


def _range(model: type[BaseModel], key: str, message: str) -> str:
    """What a field takes, in words: "it must be a whole number from 1 to 512"."""
    schema = model.model_json_schema()["properties"].get(key, {})
    if "enum" in schema:
        return f"it must be one of {', '.join(map(str, schema['enum']))}"
    kinds = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}
    kind = kinds.get(schema.get("type", ""))
    if kind is None:
        return message[:1].lower() + message[1:]
    return f"it must be {kind}{_bounds(schema)}"


def _bounds(schema: Mapping[str, Any]) -> str:
    words = {
        "minimum": "from {}",
        "exclusiveMinimum": "above {}",
        "maximum": "to {}",
        "exclusiveMaximum": "below {}",
    }
    parts = [text.format(f"{schema[key]:g}") for key, text in words.items() if key in schema]
    return " " + " ".join(parts) if parts else ""
