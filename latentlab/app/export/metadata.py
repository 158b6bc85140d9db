"""The recipe inside a file: where each format keeps it, and reading it back without trust."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from latentlab.core.errors import LatentlabError
from latentlab.core.recipe import KEY, VERSION, Recipe

if TYPE_CHECKING:
    from pathlib import Path


def text_of(recipe: Recipe) -> str:
    """A recipe as JSON in ASCII, which every format can hold; floats are kept exactly."""
    text = recipe.model_dump_json()
    return re.sub(r"[^\x00-\x7f]", lambda sign: json.dumps(sign[0])[1:-1], text)


def parse(text: str, name: str) -> Recipe:
    """The recipe of a text found in the file `name`; raises LatentlabError."""
    try:
        version = json.loads(text).get("version")
    except (ValueError, AttributeError, RecursionError) as error:
        raise LatentlabError(f"The recipe in {name} is damaged and cannot be read.") from error
    if version != VERSION:
        raise LatentlabError(
            f"The recipe in {name} is of version {str(version)[:20]}, and this latentlab reads "
            f"version {VERSION}; use the latentlab that made the file, or a newer one."
        )
    try:
        return Recipe.model_validate_json(text)
    except ValidationError as error:
        raise LatentlabError(f"The recipe in {name} is not valid: {_first(error)}.") from error


def read_recipe(path: Path) -> Recipe:
    """The recipe that a file of latentlab carries, whatever its ending; raises LatentlabError."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            text = image.info.get(KEY)
    except OSError as error:
        raise LatentlabError(f"{path} cannot be read: {error}.") from error
    if text is None:
        raise LatentlabError(f"{path.name} carries no recipe of latentlab.")
    return parse(text, path.name)


def _first(error: ValidationError) -> str:
    detail: Any = error.errors()[0]
    place = ".".join(str(part) for part in detail["loc"])
    return f"{place}: {detail['msg']}" if place else str(detail["msg"])
