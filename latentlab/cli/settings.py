"""`-s key=value`: text to values, checked later by the family's own config."""

from __future__ import annotations

import json
from typing import Any

from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe


def parse_settings(pairs: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split `key=value` texts into (family config, recipe); values are JSON where they can be.

    Raises ConfigError for a text without `=` and for a key given twice.
    """
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key.strip():
            raise ConfigError(f"-s {pair}: write it as key=value, for example -s latent=2.")
        if key.strip() in values:
            raise ConfigError(f"-s {key.strip()} is given twice; keep one of them.")
        values[key.strip()] = _value(text.strip())
    recipe = {key: value for key, value in values.items() if key in Recipe.model_fields}
    return {key: value for key, value in values.items() if key not in recipe}, recipe


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text  # a word: -s network=conv
