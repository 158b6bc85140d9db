"""Conditional models from Python and the command line: told a label, or each its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import latentlab
from latentlab.app import export
from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.recipe import Latents, Travel
from tests.api.test_picture_commands import refusal, run

CLASSES = 3


def rows_of(path: str) -> Any:
    return export.read_recipe(Path(path)).rows


# -- Python ------------------------------------------------------------------------------------


def test_labels_in_every_form_decode_the_same(told: Path) -> None:
    model = latentlab.load("told")
    z = model.sample(3, seed=1)
    wanted = model.decode(z, [2, 0, 1])
    np.testing.assert_array_equal(model.decode(z, np.eye(3)[[2, 0, 1]]), wanted)
    np.testing.assert_array_equal(model.decode(z, "2")[0], wanted[0])
    np.testing.assert_array_equal(model.decode(z, (0, 1.0, 0))[2], wanted[2])
    mu, _ = model.encode(wanted, [2, 0, 1])
    assert mu.shape == (3, 2)
    with pytest.raises(ModelError, match="must be told a label: 0, 1, 2"):
        model.decode(z)


def test_a_plain_model_takes_no_label(told: Path) -> None:
    model = latentlab.load("digits-vae-2")
    with pytest.raises(ModelError, match="takes no label"):
        model.decode([0, 0], 3)
    with pytest.raises(ModelError, match="takes no label"):
        model.sheet([[0, 0]], label="3")


def test_a_sheet_replays_with_the_labels_of_each(told: Path, desk: Path) -> None:
    model = latentlab.load("told")
    z = model.sample(5, seed=2)
    model.sheet(z, label=[0, 1, 2, 1, 0]).save("a.png")
    (row,) = rows_of("a.png")
    assert row.labels == (0, 1, 2, 1, 0)
    again = latentlab.replay("a.png").pictures[0]
    np.testing.assert_array_equal(again[2], model.decode_alone(z[2], 2)[0])


def test_labels_move_from_end_to_end_and_replay_is_exact(told: Path, data: str, desk: Path) -> None:
    model = latentlab.load("told")
    images = [f"data:{data}/test/{number}" for number in range(6)]
    first = model.endpoint(images[0])
    other = next(end for end in map(model.endpoint, images) if end.told != first.told)
    ends, (a, b) = (first, other), (first.reference, other.reference)
    assert all(end.is_own and end.told == end.label for end in ends)
    sheet = model.homotopy(a, b, steps=5, path=("pixel", "latent", "slerp"))
    sheet.save("a.png")
    row = rows_of("a.png")[1]
    assert isinstance(row, Travel)
    assert [shares.index(1.0) for shares in row.labels] == [end.told for end in ends]
    begin, last = sheet.pictures[1][[0, -1]]
    np.testing.assert_array_equal(begin, model.decode_alone(ends[0].z, ends[0].told)[0])
    np.testing.assert_array_equal(last, model.decode_alone(ends[1].z, ends[1].told)[0])
    again = latentlab.replay("a.png")
    np.testing.assert_array_equal(again.pictures, sheet.pictures)


def test_one_label_for_the_whole_way_stays(told: Path, data: str) -> None:
    model = latentlab.load("told")
    sheet = model.homotopy("z:0,0", f"data:{data}/test/1", path=("latent", "geodesic"), label="2")
    for row in sheet.recipe().rows:
        assert isinstance(row, Travel)
        assert (row.label, row.labels) == (2, ())
    own = model.endpoint(f"data:{data}/test/1").z
    np.testing.assert_allclose(sheet.z[0, -1], own, atol=1e-6)


def test_a_mean_has_the_label_it_is_of(told: Path) -> None:
    model = latentlab.load("told")
    end = model.endpoint("label:1")
    np.testing.assert_array_equal(end.picture, model.decode(end.z, 1)[0])
    sheet = model.traverse("label:1", steps=3)
    assert {row.label for row in sheet.recipe().rows} == {1}  # type: ignore[union-attr]
    corners = model.grid(["label:0"] * 4, n=2, label=2)
    assert {row.label for row in corners.recipe().rows} == {2}  # type: ignore[union-attr]


def test_a_latent_may_bring_its_label(told: Path) -> None:
    model = latentlab.load("told")
    end = model.endpoint("z:0.5,-1@2")
    assert (end.told, end.is_own) == (2, True)
    np.testing.assert_array_equal(end.picture, model.decode(end.z, 2)[0])
    (row,) = model.homotopy("z:0,0@0", "z:1,1@1,0,0", path="latent").recipe().rows
    assert row.labels == ((1, 0, 0), (1, 0, 0))  # type: ignore[union-attr]
    assert latentlab.load("digits-vae-2").endpoint("z:0,0@2").told is None


def test_several_labels_where_one_is_asked_for_are_refused(told: Path) -> None:
    model = latentlab.load("told")
    with pytest.raises(ConfigError, match="one label"):
        model.grid(x=(-1, 1), y=(-1, 1), n=2, label=np.array([0, 1, 2, 1]))


def test_a_model_that_only_reads_says_so(told: Path) -> None:
    model = latentlab.load("reader")
    with pytest.raises(ModelError, match="no decoder"):
        model.decode(np.zeros((1, model.latent_size)))
    assert model.encode(np.zeros((2, 8, 8), np.uint8))[0].shape == (2, model.latent_size)


# -- commands ----------------------------------------------------------------------------------


def test_samples_take_each_class_in_turn_or_one(told: Path, desk: Path) -> None:
    run("sample", "told", "-n", "7", "--seed", "4", "-o", "a.png")
    recipe = export.read_recipe(Path("a.png"))
    (row,) = recipe.rows
    assert isinstance(row, Latents)
    assert row.labels == (0, 1, 2, 0, 1, 2, 0)
    assert recipe.look.columns == CLASSES, "one class, one column"
    run("sample", "told", "-n", "4", "--label", "1", "-o", "b.npz")
    with np.load("b.npz") as arrays:
        assert arrays["labels"].tolist() == [1] * 4
        np.testing.assert_array_equal(
            arrays["images"], latentlab.load("told").decode(arrays["z"], 1)
        )


@pytest.mark.parametrize("label", ["2", "0.5,0.25,0.25"])
def test_decode_grid_and_traverse_are_told_a_label(label: str, told: Path, desk: Path) -> None:
    wanted = 2 if label == "2" else (0.5, 0.25, 0.25)
    for arguments in (
        ("decode", "told", "--z", "0.5,-1"),
        ("grid", "told", "--x", "-1:1", "--y", "-1:1", "-n", "2"),
        ("traverse", "told", "--steps", "3"),
        ("homotopy", "told", "--from", "seed:1", "--to", "seed:2", "--path", "latent"),
    ):
        run(*arguments, "--label", label, "-o", "a.png")
        assert {row.label for row in rows_of("a.png")} == {wanted}
        run("replay", "a.png", "-o", "b.png")
        assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


def test_data_is_encoded_with_its_own_labels_and_decoded_with_them(
    told: Path, data: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("encode", "told", "-o", "a.npz", "--json")
    assert json.loads(capsys.readouterr().out)["model"] == "told"
    model = latentlab.load("told")
    with np.load("a.npz") as arrays:
        mu, classes = arrays["mu"], arrays["labels"]
    assert len(set(classes.tolist())) == CLASSES
    for row in range(len(mu)):
        end = model.endpoint(f"data:{data}/test/{row}")
        np.testing.assert_allclose(mu[row], end.z, atol=1e-5)
    run("decode", "told", "--from", "a.npz", "-o", "b.png")
    assert rows_of("b.png")[0].labels == tuple(classes.tolist())


def test_attributes_are_told_by_name_and_by_number(told: Path, desk: Path) -> None:
    model = latentlab.load("by-attributes")
    assert model.manifest.told_names == ("scale", "angle", "x", "y")
    for label in ("scale,x", "1,0,1,0"):
        run("decode", "by-attributes", "--z", "0,0", "--label", label, "-o", "a.png")
        assert rows_of("a.png")[0].label == (1.0, 0.0, 1.0, 0.0)
    run("encode", "by-attributes", "-n", "5", "-o", "a.npz")
    end = model.endpoint(f"data:{model.manifest.data.name}/test/0")
    assert end.is_own
    assert len(end.told) == 4  # type: ignore[arg-type]
    with np.load("a.npz") as arrays:
        np.testing.assert_allclose(arrays["mu"][0], end.z, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["decode", "told", "--z", "0,0"], "must be told a label: 0, 1, 2."),
        (["decode", "told", "--z", "0,0", "--label", "seven"], "'seven' is no label"),
        (["decode", "told", "--z", "0,0", "--label", "0.5,0.5"], "is told 3 finite numbers"),
        (["decode", "digits-vae-2", "--z", "0,0", "--label", "3"], "takes no label"),
        (["homotopy", "told", "--from", "z:0,0", "--to", "z:1,1"], "must be told a label"),
        (["homotopy", "told", "--from", "z:0,0@9", "--to", "z:1,1@0"], "follows @ is no label"),
        (["grid", "told", "--x", "0:1", "--y", "0:1"], "must be told a label"),
        (["traverse", "told"], "must be told a label"),
        (["decode", "by-attributes", "--z", "0,0", "--label", "colour"], "no attribute"),
        (["decode", "reader", "--z", "0,0"], "latents of"),
        (["sample", "reader"], "no prior to sample from"),
    ],
)
def test_a_mistake_is_one_sentence_and_no_file(
    arguments: list[str], sentence: str, told: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(capsys, *arguments, "-o", "a.png")
    assert sentence in said
    assert len(said.splitlines()) == 1
    assert not list(desk.iterdir())


def test_data_without_labels_asks_for_one(
    told: Path, desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "bare.npz", images=np.zeros((40, 8, 8), np.uint8))
    spec = f"npz:{tmp_path / 'bare.npz'}"
    said = refusal(capsys, "encode", "told", "--data", spec, "--split", "train", "-o", "a.npz")
    assert "has no labels" in said
    assert "give --label" in said
    run("encode", "told", "--data", spec, "--split", "train", "--label", "1", "-o", "a.npz")
    said = refusal(capsys, "encode", "told", "--data", "digits", "-o", "b.npz")
    assert "has other labels" in said


def test_a_classifier_is_evaluated_by_its_accuracy(
    told: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("evaluate", "reader", "--metrics", "accuracy", "--json")
    text = capsys.readouterr().out
    assert "accuracy" in text.lower()


def test_the_best_classifier_judges_unless_another_is_asked_for(
    told: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("evaluate", "told", "--metrics", "label_fidelity", "--json")
    figure = json.loads(capsys.readouterr().out)["label_fidelity"]
    assert figure["command"].endswith("--metrics label_fidelity --classifier reader")
    run(*figure["command"].split()[1:], "--json")
    assert json.loads(capsys.readouterr().out)["label_fidelity"] == figure
    wrong = ("--metrics", "label_fidelity", "--classifier", "told")
    assert "it is no classifier" in refusal(capsys, "evaluate", "told", *wrong)


def test_what_cannot_be_measured_is_said_beside_the_figures(
    told: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("evaluate", "by-attributes", "-k", "1", "-n", "20", "--json")
    shown = capsys.readouterr()
    figures = json.loads(shown.out)
    assert {"elbo", "probe", "slant"} <= figures.keys()
    assert "Not measured: obedience" in shown.err
    assert "train one by latentlab train classifier" in shown.err
    assert "diversity" not in figures, "no user can change that"
    named = refusal(capsys, "evaluate", "by-attributes", "--metrics", "diversity")
    assert "diversity: it is told attributes, not one label" in named
    assert "no classifier of Shapes" in shown.err
    assert "by-attributes cannot be measured by cfid" in refusal(
        capsys, "evaluate", "by-attributes", "--metrics", "cfid"
    )


def test_paths_between_images_are_measured_with_their_labels(
    told: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("paths", "told", "--pairs", "4", "--steps", "4", "--json")
    figures = json.loads(capsys.readouterr().out)
    assert figures["pairs"] == 4
    ends = [row["distance_ends"] for row in figures["paths"].values()]
    assert ends[1:] == pytest.approx([ends[1]] * 5, abs=0.05), "all rows meet the same ends"
