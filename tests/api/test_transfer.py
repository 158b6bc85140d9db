"""Style transfer from Python and the command line: sheets, scores, replay, refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import latentlab
from latentlab.app import export, words
from latentlab.core import images, moments
from latentlab.core.errors import ConfigError, DataError, ModelError
from latentlab.core.recipe import Styled
from tests.api.test_copied_text import run_copied
from tests.api.test_picture_commands import refusal, run
from tests.helpers import digits_like, edit_manifest


def picture(number: int = 4) -> np.ndarray:
    return digits_like()[0][number]


def rows_of(path: str) -> tuple[Styled, ...]:
    rows = export.read_recipe(Path(path)).rows
    assert all(isinstance(row, Styled) for row in rows)
    return rows  # type: ignore[return-value]


# -- Python ------------------------------------------------------------------------------------


def test_the_style_of_images_under_every_label(told: Path, data: str) -> None:
    model = latentlab.load("told")
    refs = [f"data:{data}/test/{number}" for number in range(4)]
    sheet = model.transfer(refs)
    assert sheet.pictures.shape == (4, 4, 1, 8, 8)
    assert sheet.cells.shape == (4, 3, 1, 8, 8)
    for place, ref in enumerate(refs):
        end = model.endpoint(ref)
        np.testing.assert_array_equal(sheet.pictures[place, 0], end.picture)
        cells = model.decode_alone(np.repeat(end.z[None], 3, 0), np.arange(3))
        np.testing.assert_array_equal(sheet.cells[place], cells)
        assert sheet.transfer.own[place] == end.label
        assert sheet.titles[place].endswith(f"label {end.label}")


def test_strength_changes_z_and_nothing_else(told: Path) -> None:
    model = latentlab.load("told")
    plain, usual = (model.transfer(["z:1.5,-0.5"], strength=s) for s in (1, 0))
    np.testing.assert_array_equal(plain.cells[0], model.decode_alone([[1.5, -0.5]] * 3, [0, 1, 2]))
    np.testing.assert_array_equal(usual.cells[0], model.decode_alone([[0, 0]] * 3, [0, 1, 2]))


def test_chosen_labels_and_a_blend_in_every_form(told: Path) -> None:
    model = latentlab.load("told")
    texts = model.transfer("seed:3", "2,0", blend="0:1:0.25")
    lists = model.transfer(["seed:3"], ["2", 0], blend=(0, "1", 0.25))
    np.testing.assert_array_equal(texts.pictures, lists.pictures)
    z = model.sample(1, seed=3)
    np.testing.assert_array_equal(texts.cells[0, 0], model.decode_alone(z, 2)[0])
    mix = np.array([[0.75, 0.25, 0]], np.float32)
    np.testing.assert_array_equal(texts.cells[0, 2], model.decode_alone(z, mix)[0])


def test_sources_as_arrays_pictures_and_endpoints(told: Path) -> None:
    model = latentlab.load("told")
    sheet = model.transfer([np.array([0.5, 1.0]), model.endpoint("z:0.5,1@2")])
    np.testing.assert_array_equal(sheet.cells[0], sheet.cells[1])
    assert sheet.transfer.own == (None, 2)
    drawn = model.transfer(picture(), label="1")
    assert drawn.transfer.own == (1,)
    np.testing.assert_array_equal(drawn.pictures[0, 0], picture())
    np.testing.assert_array_equal(drawn.transfer.z, model.encode(picture(), [1])[0])


def test_a_picture_without_a_label_is_read_as_it_is_seen(told: Path) -> None:
    model = latentlab.load("told")
    sheet = model.transfer(picture())
    seen = int(latentlab.load("reader")._codec.judge(picture()[None])[0].argmax())
    assert sheet.transfer.own == (seen,)
    assert sheet.titles[0].endswith(f"seen as {seen}")
    shutil.rmtree(told / "reader")
    with pytest.raises(ConfigError, match=r"drawing has no label of its own.*--label 0"):
        latentlab.load("told").transfer(picture())


def test_attributes_each_alone_as_far_as_the_data_reaches(told: Path) -> None:
    model = latentlab.load("by-attributes")
    sheet = model.transfer("seed:1")
    titles = [column.title for column in sheet.transfer.columns]
    assert titles == ["none", *model.manifest.told_names]
    low, scale = (column.label for column in sheet.transfer.columns[:2])
    assert (low[0], scale[0]) == (0.5, 1.0)  # type: ignore[index]
    some = model.transfer("seed:1", "x+y,none")
    np.testing.assert_array_equal(some.cells[0, 1], sheet.cells[0, 0])
    assert "--labels x+y,none" in some.recipe().command


def test_scores_tell_what_is_seen_and_what_leaks(told: Path, data: str) -> None:
    model = latentlab.load("told")
    sheet = model.transfer([f"data:{data}/test/{n}" for n in range(6)], blend=(0, 1, 0.5))
    found = sheet.scores()
    reader = latentlab.load("reader")._codec
    p = reader.judge(sheet.cells.reshape(-1, 1, 8, 8))[0].reshape(6, 4, 3)
    assert found["classifier"] == "reader"
    for i in range(6):
        for j in range(3):
            cell = found["cells"][i][j]
            assert cell["probability"] == pytest.approx(p[i, j, j], abs=1e-5)
            assert cell["sees"] == str(p[i, j].argmax())
            assert cell["obeyed"] == (p[i, j].argmax() == j)
        assert found["cells"][i][3]["probability"] is None
    obeyed = p[:, :3].argmax(2) == np.arange(3)
    assert found["obedience"] == pytest.approx(obeyed.mean())
    shares = [column["obedience"] for column in found["columns"]]
    assert shares == [*obeyed.mean(0).tolist(), None]
    assert found["probe"]["uniform"] == pytest.approx(1 / 3)
    _check_style(sheet, found["style"]["slant"])
    json.dumps(found)


def _check_style(sheet: Any, slant: dict[str, Any]) -> None:
    before, after = moments.slants(sheet.pictures[:, 0]), np.array(slant["cells"])
    np.testing.assert_allclose(slant["sources"], before, atol=1e-4)
    pairs = [
        (before[i], after[i, j]) for i in range(6) for j in range(4) if j != sheet.transfer.own[i]
    ]
    assert slant["kept"] == pytest.approx(np.corrcoef(np.array(pairs).T)[0, 1], abs=1e-3)


def test_without_a_classifier_only_the_probe_speaks(told: Path) -> None:
    shutil.rmtree(told / "reader")
    found = latentlab.load("told").transfer("seed:1").scores()
    assert found["classifier"] is None
    assert "cells" not in found
    assert 0 <= found["probe"]["accuracy"] <= 1


def test_many_labels_are_wrapped_readably(told: Path) -> None:
    """62 labels, as EMNIST has: the network of a tiny model is asked for no more than its own."""
    from latentlab.app.recipe_calls import usual_columns

    row = Styled(z=(0.0,), labels=tuple(range(62)))
    assert usual_columns([row] * 5) == 16
    assert usual_columns([row.model_copy(update={"labels": tuple(range(20))})]) is None


@pytest.mark.parametrize(
    ("ask", "kind", "sentence"),
    [
        (lambda m: m.transfer([]), ConfigError, "No source is given"),
        (lambda m: m.transfer("seed:1", "0,9"), ConfigError, "'9' is no label of told"),
        (lambda m: m.transfer("seed:1", [7]), ConfigError, "knows no label 7; it has 0, 1, 2"),
        (lambda m: m.transfer("seed:1", label=5), ConfigError, "knows no label 5"),
        (lambda m: m.transfer("seed:1", strength=4), ConfigError, "is 0 to 3, not 4"),
        (
            lambda m: m.transfer(np.zeros((1, 8, 8), np.uint8)),
            ConfigError, "The drawing is empty, so it has no style",
        ),
        (lambda m: m.transfer("z:1,2,3"), ConfigError, "has 3 numbers"),
        (lambda m: m.transfer("z:1,2@8"), ConfigError, "what follows @ is no label"),
    ],
)  # fmt: skip
def test_refusals(told: Path, ask: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        ask(latentlab.load("told"))


def test_images_of_other_things_need_to_be_told(told: Path, tmp_path: Path) -> None:
    images_, labels = digits_like()
    np.savez(
        tmp_path / "o.npz", images=images_, labels=labels, label_names=np.array(["a", "b", "c"])
    )
    np.savez(tmp_path / "bare.npz", images=images_)
    model, other = latentlab.load("told"), f"data:npz:{tmp_path / 'o.npz'}/test/1"
    with pytest.raises(DataError, match=r"has other labels than told; choose an image of"):
        model.transfer(other)
    assert model.transfer(other, label=2).transfer.own == (2,)
    bare = model.transfer(f"data:npz:{tmp_path / 'bare.npz'}/test/1")
    assert bare.transfer.sources[0].is_guess


def test_a_label_nobody_has_is_no_column(told: Path, desk: Path) -> None:
    """The model's own label names have one more than its encoded images."""
    from latentlab.app import styling_model

    model = latentlab.load("told")
    known = model._latents
    assert known is not None
    labels = np.where(known.labels == 1, 0, known.labels)
    object.__setattr__(
        model, "_latents", type(known)(known.mu, known.logvar, labels, known.indices)
    )
    assert isinstance(model, styling_model.StylingModel)
    assert [column.label for column in model.transfer("seed:1").transfer.columns] == [0, 2]
    with pytest.raises(ConfigError, match="never saw label 1"):
        model.transfer("seed:1", "1")


def test_a_model_without_encoder_searches_for_pictures(told: Path) -> None:
    edit_manifest(told / "told", capabilities=("decode", "sample", "label"))
    model = latentlab.load("told")
    assert model.transfer(["seed:1", "z:0,1"]).cells.shape == (2, 3, 1, 8, 8)
    sheet = model.transfer(picture(), label=1)
    assert sheet.transfer.sources[0].endpoint.missed is not None
    np.testing.assert_array_equal(sheet.transfer.z[0], model.project(picture(), 1).latents[0])
    with pytest.raises(ModelError, match="label:1: told has no encoder for pictures"):
        model.transfer("label:1")


# -- the command line --------------------------------------------------------------------------


def test_a_sheet_by_command_replays_to_the_same_pixels(told: Path, data: str, desk: Path) -> None:
    refs = [word for n in range(3) for word in ("--from", f"data:{data}/test/{n}")]
    run("transfer", "told", *refs, "--blend", "0:1:0.5", "--strength", "1.25", "-o", "a.png",
        "--captions", "--json", "a.json")  # fmt: skip
    run("replay", "a.png", "-o", "b.png")
    with Image.open("a.png") as first, Image.open("b.png") as again:
        np.testing.assert_array_equal(np.asarray(first), np.asarray(again))
    assert [row.heads for row in rows_of("a.png")] == [("0", "1", "2", "0 50%, 1 50%")] * 3
    scores = json.loads(Path("a.json").read_text())
    assert (len(scores["cells"]), scores["strength"]) == (3, 1.25)
    assert [len(row) for row in scores["cells"]] == [4, 4, 4]


@pytest.mark.parametrize(
    "name", ["a.jpg", "a.webp", "a.tiff", "a.gif", "a.apng", "a.mp4", "a.npz", "a.csv"]
)
def test_every_format(name: str, told: Path, desk: Path) -> None:
    run("transfer", "told", "--from", "seed:1", "--from", "seed:2", "-o", name)
    assert Path(name).stat().st_size > 0
    if name != "a.csv":
        assert len(rows_of(name)) == 2


def test_scores_on_standard_output(
    told: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    run("transfer", "told", "--from", "seed:1", "-o", "a.png", "--json", "-")
    assert json.loads(capsys.readouterr().out)["file"] == "a.png"


def test_files_of_any_size_and_colour_are_sources(told: Path, desk: Path) -> None:
    Image.fromarray(np.arange(31 * 20 * 4, dtype=np.uint8).reshape(20, 31, 4)).save("é b.png")
    run("transfer", "told", "--from", "file:é b.png", "--label", "2", "-o", "a.png")
    (row,) = rows_of("a.png")
    assert images.read_png_text(row.picture).shape == (1, 8, 8)
    assert (row.own, row.is_told, row.source) == (2, True, "")


@pytest.mark.parametrize(
    ("call", "look"),
    [
        ({"sources": ["seed:1", "z:0.5,1@2"], "strength": 2.0}, {"captions": True}),
        ({"sources": "label:1", "labels": "2,0", "blend": "0:2:0.25"}, {"scale": 2}),
        ({"sources": [picture(), picture(7)], "label": 1}, {"captions": True, "gap": 2}),
    ],
)
def test_copied_text_makes_the_same_file(
    call: dict[str, Any], look: dict[str, Any], told: Path, desk: Path
) -> None:
    sheet = latentlab.load("told").transfer(**call)
    original = sheet.save("a.png", **look).rename("first.png")
    recipe = export.read_recipe(original)
    assert "transfer" in words.as_command(recipe, "a.png")
    for made in run_copied(recipe, "a.png"):
        assert export.read_recipe(made) == recipe
        assert made.read_bytes() == original.read_bytes()


def test_what_is_on_this_machine_only_is_made_again_by_its_file(
    told: Path, data: str, desk: Path
) -> None:
    """Its picture and label are in the recipe; the name it has here would mean nothing there."""
    made = latentlab.load("told").transfer(f"data:{data}/test/1").save("a.png", captions=True)
    recipe = export.read_recipe(made)
    (row,) = rows_of("a.png")
    assert (row.is_told, row.source) == (True, "")
    assert data not in recipe.model_dump_json()
    assert words.as_command(recipe, "a.png") == "latentlab replay a.png -o a-again.png"
    run("replay", "a.png", "-o", "a-again.png")
    assert Path("a-again.png").read_bytes() == made.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("digits-vae-2", "--from", "seed:1"), "takes no label; choose a conditional model, such"),
        (("reader", "--from", "seed:1"), "takes no label"),
        (("told", "--from", "seed:1", "--labels", "0,x"), "'x' is no label of told"),
        (("told", "--from", "seed:1", "--blend", "0"), "'0' names no blend"),
        (("told", "--from", "seed:1", "--label", "9"), "'9' is no label of told"),
        (("told", "--from", "nonsense"), "names no picture or latent"),
        (("told", "--from", "seed:1", "--strength", "9"), "is 0 to 3"),
        (("nothing", "--from", "seed:1"), "There is no model"),
    ],
)
def test_mistakes_are_told_in_one_sentence(
    arguments: tuple[str, ...], sentence: str, told: Path, desk: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    said = refusal(capsys, "transfer", *arguments, "-o", "a.png")
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert not Path("a.png").exists()
