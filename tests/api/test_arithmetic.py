"""Arithmetic from Python and the command line: sheets, readings, replay, copied text, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import latentlab
from latentlab.app import export
from latentlab.app.replays import replay_of
from latentlab.app.state import State
from latentlab.core.errors import ConfigError, LatentlabError
from tests.api.test_copied_text import run_copied
from tests.api.test_picture_commands import refusal, run
from tests.helpers import edit_manifest

THREE = "mean(seed:1, seed:2) - seed:3 + 0.5 * z(0.5, -1)"


def sampled(model: latentlab.api.Model, *seeds: int) -> np.ndarray:
    return np.stack([model.sample(1, seed)[0] for seed in seeds]).astype(float)


# -- Python ------------------------------------------------------------------------------------


def test_a_sheet_adds_up_means(told: Path) -> None:
    model = latentlab.load("told")
    sheet = model.arithmetic(THREE, strength=1.5, noise=0.1)
    wanted = [sampled(model, 1, 2).mean(0), sampled(model, 3)[0], [0.5, -1]]
    np.testing.assert_allclose(sheet.means, wanted, rtol=1e-6)
    way = -wanted[1] + 0.5 * np.array(wanted[2])
    np.testing.assert_allclose(sheet.direction, way, rtol=1e-5)
    np.testing.assert_allclose(sheet.result, wanted[0] + 1.5 * way, rtol=1e-5)
    assert [len(row) for row in sheet.rows] == [3, 2, 2, 3, 3, 3]
    np.testing.assert_array_equal(sheet.rows[4][1], model.decode_alone(sheet.result, 0)[0])
    assert sheet.titles[0] == "A, mean last"
    assert sheet.expression == "mean(seed:1, seed:2) - mean(seed:3) + 0.5 * mean(z:0.5,-1)"


def test_rows_and_controls_are_there_when_they_are_asked_for(told: Path) -> None:
    model = latentlab.load("told")
    both = model.arithmetic(THREE, row=True, control=True, span=1, steps=5)
    assert [len(row) for row in both.rows][-2:] == [5, 5]
    np.testing.assert_array_equal(both.rows[-2][2], both.rows[-1][2])  # both start there
    np.testing.assert_array_equal(both.rows[-2][4], both.rows[4][1])  # strength 1 is the result
    alone = model.arithmetic(THREE, control=True)
    assert len(alone.rows[-1]) == 1
    other = model.arithmetic(THREE, control=True, control_seed=1)
    assert not np.array_equal(alone.rows[-1], other.rows[-1])


def test_queries_are_answered_with_images_of_the_data(told: Path, data: str) -> None:
    model = latentlab.load("told")
    sheet = model.arithmetic("mean(1) - mean(not 1)", n=4, label=1)
    terms = sheet.readings()["terms"]
    labels = [[model.endpoint(text).label for text in term["samples"]] for term in terms]
    assert labels[0] == [1] * 4
    assert 1 not in labels[1]
    encoded = np.stack([model.endpoint(text).z for text in terms[0]["samples"]])
    np.testing.assert_allclose(sheet.means[0], encoded.mean(0), rtol=1e-5)
    again = model.arithmetic("mean(1) - mean(not 1)", n=4, label=1)
    assert again.recipe() == sheet.recipe()
    other = model.arithmetic("mean(1) - mean(not 1)", n=4, seed=1, label=1)
    assert other.expression != sheet.expression
    assert data in terms[0]["samples"][0]


def test_queries_of_attributes_are_exact(told: Path) -> None:
    model = latentlab.load("by-attributes")
    names = model.manifest.data.attribute_names
    sheet = model.arithmetic(f"mean({names[0]}) - mean(no {names[0]})", n=5)
    place = names.index(names[0])
    for term, wanted in zip(sheet.readings()["terms"], (True, False), strict=True):
        for text in term["samples"]:
            told_of = model.endpoint(text).told
            assert isinstance(told_of, tuple)
            assert (told_of[place] > 0.5) is wanted


def test_without_an_encoder_a_classifier_is_asked(told: Path) -> None:
    manifest = json.loads((told / "told" / "manifest.json").read_text())
    able = [each for each in manifest["capabilities"] if each not in ("encode", "posterior")]
    edit_manifest(told / "told", capabilities=able)
    model, judge = latentlab.load("told"), latentlab.load("reader")
    sheet = model.arithmetic("mean(1 > 0.34)", label=1)
    seeds = [int(text.removeprefix("seed:")) for text in sheet.readings()["terms"][0]["samples"]]
    pictures = model.decode(sampled(model, *seeds), 1)
    assert (judge._codec.judge(pictures)[0][:, 1] > 0.34).all()
    assert sheet.readings()["classifier"] == "reader"
    assert sum(sheet.readings()["result"].values()) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mean(11)", "at character 6: there is no '11'"),
        ("mean(seed:1) - mean(0, 1)", "No image of .* is '0, 1'"),
        ("mean(z:1,2,3)", "has 3 numbers"),
        ("mean(seed:1", "at character 5: this parenthesis"),
        ("mean(pin:A)", "the Tray is empty"),
        ("mean(data:nowhere/test/1)", "nowhere"),
    ],
)
def test_what_cannot_be_added_up_is_refused_in_a_sentence(
    text: str, message: str, told: Path
) -> None:
    with pytest.raises(LatentlabError, match=message):
        latentlab.load("told").arithmetic(text)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n": 0}, "choose 1 to 1,000"),
        ({"strength": 99}, "A strength of 99 does not do"),
        ({"steps": 1}, "A steps of 1 does not do"),
        ({"noise": -1}, "A noise of -1 does not do"),
        ({"label": "nobody"}, "is no label"),
    ],
)
def test_values_out_of_range_are_refused(
    values: dict[str, float], message: str, told: Path
) -> None:
    with pytest.raises(ConfigError, match=message):
        latentlab.load("told").arithmetic("seed:1", **values)  # type: ignore[arg-type]


# -- files and text ----------------------------------------------------------------------------


def test_the_command_writes_a_sheet_with_what_is_seen(
    told: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("arithmetic", "told", "mean(1) - mean(0) + mean(2)", "--row", "--control",
        "--label", "1", "--json", "-o", "a.png")  # fmt: skip
    found = json.loads(capsys.readouterr().out)
    assert found["file"] == "a.png"
    assert [term["query"] for term in found["terms"]] == ["1", "0", "2"]
    assert set(found["result"]) == {"0", "1", "2"}
    assert [len(found[name]) for name in ("neighbours", "row", "control_row")] == [9, 9, 9]
    assert found["strengths"][0] == -2
    run("replay", "a.png", "-o", "again.png")
    assert (desk / "a.png").read_bytes() == (desk / "again.png").read_bytes()
    capsys.readouterr()
    run("arithmetic", "told", "seed:1", "-o", "b.png")
    assert "b.png: seed:1; reader sees" in capsys.readouterr().out


def test_a_mistake_of_the_command_is_one_sentence(
    told: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told_of = refusal(capsys, "arithmetic", "told", "mean(1) - mean(0", "-o", "a.png")
    assert "at character 15: this parenthesis" in told_of
    told_of = refusal(capsys, "arithmetic", "told", "mean(11)", "-o", "a.png")
    assert "at character 6: there is no '11'" in told_of
    assert not (desk / "a.png").exists()


def test_copied_text_makes_the_same_file(told: Path, desk: Path) -> None:
    model = latentlab.load("told")
    sheet = model.arithmetic(
        "(-0.5 * mean(1)) + mean(0) + z(1, 2)", strength=0.7, noise_seed=3, row=True, control=True,
        control_seed=4, steps=3, span=1.5, titles=["one", "two"], label=2,
    )  # fmt: skip
    wanted = sheet.save("a.png", captions=True).rename("first.png").read_bytes()
    recipe = export.read_recipe(Path("first.png"))
    assert "--title one" in recipe.command
    shown = replay_of(recipe, State())
    assert shown is not None
    assert shown.fields["label"] == 2
    terms = shown.fields["arithmetic"].terms
    assert [(term.weight, term.name) for term in terms] == [(-0.5, "one"), (1, "two"), (1, "")]
    assert [made.read_bytes() == wanted for made in run_copied(recipe, "a.png")] == [True, True]
