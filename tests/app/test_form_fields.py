"""Schemas become fields; typed text is checked in one sentence."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic import Field as Setting

from latentlab.app.command_line import command_of
from latentlab.app.form_fields import Field, fields_of
from latentlab.core.errors import ConfigError
from latentlab.core.spec import Recipe, TrainSpec


class Config(BaseModel):
    latent: int = Setting(2, ge=1, le=512, description="Numbers in one latent.")
    beta: float = Setting(1.0, ge=0, description="KL weight.")
    network: Literal["mlp", "conv"] = "mlp"
    hidden: tuple[int, ...] = (512, 256)
    sigma: float | None = Setting(None, gt=0)
    learn: bool = False
    note: str = ""


def field(name: str, model: type[BaseModel] = Config) -> Field:
    schema = model.model_json_schema()
    found = fields_of(schema, model().model_dump(mode="json"))
    return next(one for one in found if one.name == name)


def test_fields_follow_the_schema() -> None:
    fields = fields_of(Config.model_json_schema(), Config().model_dump(mode="json"))
    assert [one.kind for one in fields] == [
        "int", "float", "choice", "list", "float", "bool", "text",
    ]  # fmt: skip
    assert [one.label for one in fields][:2] == ["latent size", "β"]
    assert field("network").choices == ("mlp", "conv")
    assert field("hidden").default == [512, 256]
    assert field("latent").tooltip == "Numbers in one latent.\nFrom 1 to 512."


def test_own_defaults_win_over_the_schema() -> None:
    fields = fields_of(Recipe.model_json_schema(), {"epochs": 60})
    assert fields[0].default == 60
    assert fields[1].default == 128


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("latent", " 20 ", 20),
        ("beta", "0", 0.0),
        ("beta", "1e-3", 0.001),
        ("network", "conv", "conv"),
        ("hidden", "512, 256,128", [512, 256, 128]),
        ("sigma", "", None),
        ("sigma", "0.1", 0.1),
        ("note", " x ", "x"),
    ],
)
def test_text_to_value_and_back(name: str, text: str, value: Any) -> None:
    one = field(name)
    assert one.parse(text) == value
    assert one.parse(one.format(value)) == value


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("latent", "abc", "Needs a whole number from 1 to 512, not 'abc'."),
        ("latent", "", "Needs a whole number from 1 to 512."),
        ("latent", "2.5", "Needs a whole number from 1 to 512, not '2.5'."),
        ("latent", "0", "Needs a whole number from 1 to 512, not '0'."),
        ("beta", "nan", "Needs a number from 0, not 'nan'."),
        ("beta", "-1", "Needs a number from 0, not '-1'."),
        ("sigma", "0", "Needs a number above 0, not '0'."),
        ("network", "rnn", "Choose one of mlp, conv."),
        ("hidden", "512;256", "Needs whole numbers with commas, not '512;256'."),
    ],
)
def test_nonsense_gets_one_sentence(name: str, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        field(name).parse(text)
    assert str(caught.value) == sentence


def test_open_ranges_in_words() -> None:
    assert field("learning_rate", Recipe).span == "above 0 and at most 10"
    assert field("ema", Recipe).span == "from 0 and below 1"
    with pytest.raises(ConfigError, match="below 1"):
        field("ema", Recipe).parse("1")


def test_steps_suit_the_number() -> None:
    batch, rate = field("batch_size", Recipe), field("learning_rate", Recipe)
    assert batch.stepped(128, 1) == 256
    assert batch.stepped(128, -1) == 64
    assert batch.stepped(100, 1) == 101
    assert batch.stepped(16384, 1) == 16384
    assert batch.stepped(1, -1) == 1
    assert rate.stepped(0.001, -1) == 0.0005
    assert rate.stepped(0.001, 2) == 0.005
    assert rate.stepped(10, 1) == 10


@given(st.integers(1, 512), st.integers(-5, 5))
def test_steps_stay_inside(value: int, steps: int) -> None:
    one = field("latent")
    assert one.parse(str(one.stepped(value, steps))) == one.stepped(value, steps)


def test_values_of_presets_are_checked() -> None:
    assert field("learn").accept(True) is True
    assert field("hidden").accept((4, 5)) == [4, 5]
    for name, value in (("learn", 3), ("latent", 1000), ("network", "rnn")):
        with pytest.raises(ConfigError):
            field(name).accept(value)


def test_command_line_names_only_what_differs() -> None:
    config, recipe = {"latent": 20, "hidden": [5, 6]}, {"epochs": 3, "ema": 0.9}
    spec = TrainSpec(family="vae", data="mnist", config=config, recipe=recipe)
    assert command_of(spec) == (
        'latentlab train vae --data mnist -s latent=20 -s "hidden=[5, 6]" --epochs 3 -s ema=0.9'
    )


def test_command_line_quotes_paths() -> None:
    spec = TrainSpec(family="ae", data="folder:/my pictures", device="cpu", name="a b")
    line = 'latentlab train ae --data "folder:/my pictures" --device cpu --name "a b"'
    assert command_of(spec) == line
