"""`-s key=value` on the command line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.cli.settings import parse_settings
from latentlab.core.errors import ConfigError


def test_keys_go_to_the_family_or_to_the_recipe() -> None:
    config, recipe = parse_settings(("latent=2", "epochs=3", "network=conv", "ema=0.9"))
    assert config == {"latent": 2, "network": "conv"}
    assert recipe == {"epochs": 3, "ema": 0.9}


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans())
def test_values_keep_their_type(value: float | bool) -> None:
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    assert parse_settings((f"beta={text}",))[0] == {"beta": value}


@pytest.mark.parametrize("pair", ["latent", "=2", " =2"])
def test_a_pair_without_a_key_or_a_value_is_refused(pair: str) -> None:
    with pytest.raises(ConfigError, match="key=value"):
        parse_settings((pair,))


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="latent is given twice"):
        parse_settings(("latent=2", "latent=3"))
