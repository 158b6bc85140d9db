"""What a user may type into a form or after -s, and the one sentence when it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab import models
from latentlab.core.errors import ConfigError

if TYPE_CHECKING:
    from latentlab.models import AnyFamily

VAE = models.get("vae")
FAMILIES = [pytest.param(family, id=name) for name, family in models.families().items()]


def bad_values(family: AnyFamily) -> list[tuple[str, Any]]:
    """For each config field a value below, above, of the wrong kind."""
    cases: list[tuple[str, Any]] = []
    for key, field in family.Config.model_json_schema()["properties"].items():
        cases += [(key, "purple"), (key, [1]), (key, None)]
        cases += [(key, field["minimum"] - 1)] if "minimum" in field else []
        cases += [(key, field["maximum"] + 1)] if "maximum" in field else []
    return cases


@pytest.mark.parametrize("family", FAMILIES)
def test_every_bad_value_is_one_sentence_with_key_value_and_range(family: AnyFamily) -> None:
    for key, value in bad_values(family):
        with pytest.raises(ConfigError) as caught:
            models.parse_config(family, {key: value})
        said = str(caught.value)
        assert said.startswith(f"{family.title}: {key} is {value!r}, but it must be ")
        assert said.endswith(".")
        assert "\n" not in said


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"latent": 0}, "VAE: latent is 0, but it must be a whole number from 1 to 512."),
        ({"latent": "2.5"}, "VAE: latent is '2.5', but it must be a whole number from 1 to 512."),
        ({"beta": -1}, "VAE: beta is -1, but it must be a number from 0 to 100."),
        ({"network": "gnn"}, "VAE: network is 'gnn', but it must be one of mlp, conv, mixed."),
        ({"latnet": 2}, "VAE has no setting 'latnet'; did you mean latent."),
    ],
)
def test_config_sentences(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        models.parse_config(VAE, values)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"epochs": 0}, "VAE: epochs is 0, but it must be a whole number from 1 to 100000."),
        ({"learning_rate": 0}, "VAE: learning_rate is 0, but it must be a number above 0 to 10."),
        ({"ema": 1}, "VAE: ema is 1, but it must be a number from 0 below 1."),
        ({"schedule": "step"}, "VAE: schedule is 'step', but it must be one of cosine, constant."),
    ],
)
def test_recipe_sentences(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        models.parse_recipe(VAE, values)
    assert str(caught.value) == sentence


def test_words_of_a_command_line_become_numbers() -> None:
    config, recipe = models.split_settings(VAE, {"latent": "20", "epochs": "3", "beta": "0"})
    assert models.parse_config(VAE, config).model_dump()["latent"] == 20
    assert models.parse_config(VAE, config).model_dump()["beta"] == 0.0
    assert models.parse_recipe(VAE, recipe).epochs == 3


def test_a_recipe_starts_from_the_family_s_own() -> None:
    pca = models.get("pca")
    assert models.parse_recipe(pca, {}) == pca.recipe
    assert models.parse_recipe(pca, {"seed": 5}).epochs == 1


def test_unknown_settings_and_families_suggest_what_was_meant() -> None:
    with pytest.raises(ConfigError, match="no setting 'epoch'; did you mean epochs"):
        models.split_settings(VAE, {"epoch": 3})
    with pytest.raises(ConfigError, match="no setting 'qqq'; there are network, latent,"):
        models.split_settings(VAE, {"qqq": 3})
    with pytest.raises(ConfigError, match="no model family 'vaee'; did you mean vae or cvae or ae"):
        models.get("vaee")
    known = "ae, cgan, classifier, cvae, gan, gmmn, pca, vae, vaegan"
    with pytest.raises(ConfigError, match=f"no model family 'zzz'; there are {known}"):
        models.get("zzz")


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=4), max_size=4))
def test_whatever_is_typed_gives_a_config_or_one_sentence(values: dict[str, Any]) -> None:
    try:
        config, recipe = models.split_settings(VAE, values)
        models.parse_config(VAE, config)
        models.parse_recipe(VAE, recipe)
    except ConfigError as error:
        said = str(error)
    else:
        said = "fine"
    assert said == "fine" or said.endswith(".")


@given(latent=st.integers(1, 512), beta=st.floats(0, 100), width=st.integers(4, 4096))
def test_configs_survive_json(latent: int, beta: float, width: int) -> None:
    config = models.parse_config(VAE, {"latent": latent, "beta": beta, "width": width})
    assert VAE.Config.model_validate_json(config.model_dump_json()) == config
