"""Styles of the lab: rows are resolved together, cells decoded newest first, judged at rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from latentlab.app import style_first, style_proposals
from latentlab.app.lab import Lab
from latentlab.app.sources import Sources, picture_reference
from latentlab.app.style_scores import obedience_words
from latentlab.core.recipe import Latents, Styled
from tests.app.style_bench import (
    CODEC,
    LABELS,
    drawn_of,
    first_numbers,
    told_classes,
    write_classifier,
    write_models,
)
from tests.helpers import QueuePost, edit_manifest, write_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from latentlab.app.styles import Styles

    Show = Callable[..., Styles]


@pytest.fixture
def lab(
    library: Path, post: QueuePost, monkeypatch: pytest.MonkeyPatch, home: Path
) -> Iterator[Lab]:
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: library.parent / "none")
    write_models(library)
    made = Lab(post, library=library, model="told", codec_argv=CODEC, settings=home / "settings")
    post.run_until(lambda: made.latents is not None)
    yield made
    made.close(save_runs=False, timeout_s=2.0)


@pytest.fixture
def show(lab: Lab, post: QueuePost) -> Show:
    """Chooses rows, looks, and waits until all is drawn."""

    def choose(*references: str, **fields: Any) -> Styles:
        lab.session.set_sources(references)
        if fields:
            lab.session.set_style(**fields)
        lab.styles.watch(watched=True)
        post.run_until(lambda: drawn_of(lab, references))
        return lab.styles

    return choose


def picture(value: int) -> str:
    """A drawing whose first numbers are this."""
    pixels = np.zeros((1, 8, 8), np.uint8)
    pixels[0, 0, :2] = value
    pixels[0, 4, 4] = 9
    return picture_reference(pixels)


# -- cells -------------------------------------------------------------------------------------


def test_every_style_stands_under_every_label_and_its_own_is_marked(show: Show) -> None:
    styles = show("z:5,7", *LABELS[1:])
    assert [column.title for column in styles.columns] == ["0", "1", "2"]
    assert styles.pictures is not None
    assert styles.pictures.shape == (9, 1, 8, 8)
    assert told_classes(styles.pictures) == [0, 1, 2] * 3
    assert styles.sheet is not None
    assert styles.sheet.matrix.own == (None, 1, 2)
    z, label = styles.cell(0, 2) or (None, None)
    assert (np.asarray(z).tolist(), label) == ([5, 7], 2)
    assert styles.cell(0, 3) is None
    assert styles.cell(9, 0) is None
    shown = styles.picture(0, 2)
    assert shown is not None
    assert shown[0, 0, :2].tolist() == [5, 7]


def test_nothing_is_asked_while_nobody_looks(lab: Lab, post: QueuePost) -> None:
    lab.session.set_sources(LABELS)
    post.drain()
    assert (lab.styles.sources, lab.styles.sheet, lab.styles.is_settled) == ((), None, True)


def test_strength_and_sliders_move_a_row_and_undo_moves_it_back(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    show("z:10,20", "z:30,40")
    lab.session.history.seal()
    lab.session.set_style(strength=2.0)
    lab.session.history.seal()
    lab.session.nudge_source(1, (5.0, 0.0))
    post.run_until(lambda: first_numbers(lab) == [20, 65])
    lab.session.undo()
    post.run_until(lambda: first_numbers(lab) == [20, 60])
    lab.session.undo()
    post.run_until(lambda: first_numbers(lab) == [10, 30])


def test_of_many_moves_the_last_is_always_shown(show: Show, lab: Lab, post: QueuePost) -> None:
    styles = show("z:1,1")
    told: list[int] = []
    styles.changed.connect(lambda: told.append(1))
    for step in range(200):
        lab.session.nudge_source(0, (float(step), 0.0))
    post.run_until(lambda: styles.is_settled)
    assert first_numbers(lab) == [200]
    assert told == [], "while a slider moves only the cells are new"


def test_only_cells_that_are_new_are_decoded(
    show: Show, lab: Lab, post: QueuePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    styles = show("z:10,20", "z:30,40", blend=(0, 2), share=0.25)
    asked: list[Any] = []
    decode = lab.codec.decode

    def watched(folder: Path, z: Any, **given: Any) -> None:
        asked.append(np.asarray(z)[:, 0].tolist())
        decode(folder, z, **given)

    monkeypatch.setattr(lab.codec, "decode", watched)
    lab.session.nudge_source(1, (5.0, 0.0))
    post.run_until(lambda: first_numbers(lab) == [10, 35])
    assert asked == [[35] * 4], "a slider of z moves one row"
    asked.clear()
    lab.session.set_style(share=1.0)
    post.run_until(lambda: styles.is_settled)
    assert asked == [[10, 35]], "a blend moves one column"
    assert told_classes(styles.pictures) == [0, 1, 2, 2] * 2  # type: ignore[arg-type]
    asked.clear()
    lab.session.set_style(strength=2.0)
    post.run_until(lambda: first_numbers(lab) == [20, 65])
    assert [len(each) for each in asked] == [8]


def test_moved_and_back_again_nothing_of_the_way_is_shown(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    styles = show("z:10,20", "z:30,40")
    lab.session.nudge_source(1, (5.0, 0.0))
    lab.session.nudge_source(1, (0.0, 0.0))
    assert styles.is_settled
    lab.session.nudge_source(0, (1.0, 0.0))
    post.run_until(lambda: styles.is_settled)
    assert first_numbers(lab) == [11, 30]


def test_other_weights_make_other_pictures_of_the_same_z(
    show: Show, lab: Lab, post: QueuePost, library: Path
) -> None:
    styles = show("z:10,20")
    before = styles.sheet
    files = lab.registry.find("told").require().files
    edit_manifest(library / "told", files={**files, "weights.safetensors": "1" * 64})
    lab.registry.rescan()
    post.run_until(lambda: styles.sheet is not before and styles.is_settled)
    assert styles.drawn_sheet is styles.sheet


def test_a_blend_is_a_column_more(show: Show, lab: Lab, post: QueuePost) -> None:
    styles = show("label:1", blend=(0, 2), share=0.25)
    assert [column.title for column in styles.columns][:3] == ["0", "1", "2"]
    assert styles.columns[3].label == (0.75, 0, 0.25)
    assert styles.sheet is not None
    assert styles.sheet.matrix.told[3].tolist() == [0.75, 0, 0.25]
    lab.session.set_style(share=1.0)
    post.run_until(lambda: styles.is_settled)
    assert styles.columns[3].label == (0, 0, 1)
    assert told_classes(styles.pictures)[3] == 2  # type: ignore[arg-type]
    lab.session.set_style(blend=(0, 9))
    assert len(styles.columns) == 3, "a label that this model does not have mixes nothing"


def test_a_label_that_no_image_has_is_no_column(show: Show, lab: Lab) -> None:
    assert lab.latents is not None
    lab.latents = replace(lab.latents, labels=np.ones(60, np.int64))
    styles = show("label:1")
    assert [column.title for column in styles.columns] == ["1"]


def test_a_hundred_rows_are_asked_for_together(show: Show, lab: Lab) -> None:
    styles = show(*(f"z:{n},0" for n in range(100)))
    assert styles.pictures is not None
    assert len(styles.pictures) == 300
    assert first_numbers(lab) == list(range(100))


# -- sources -----------------------------------------------------------------------------------


def test_a_picture_without_a_label_is_read_with_what_the_classifier_sees(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    text = picture(40)
    styles = show(text)
    (row,) = styles.sources
    assert row.source is not None
    assert (row.source.own, row.source.is_guess) == (0, True)
    assert row.source.endpoint.z.tolist() == [40, 40]
    lab.session.tell_source(0, 2)
    post.run_until(lambda: styles.sources[0] is not row and styles.is_settled)
    source = styles.sources[0].source
    assert source is not None
    assert (source.own, source.is_guess) == (2, False)
    assert styles.sheet is not None
    assert styles.sheet.matrix.own == (2,)


def test_without_a_classifier_it_has_no_label_until_somebody_says_one(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    lab.registry.remove("judge")
    styles = show(picture(40))
    assert styles.yardstick is None
    assert styles.sources[0].source is not None
    assert styles.sources[0].source.own is None
    write_classifier(lab.registry.library)
    lab.registry.rescan()
    post.run_until(lambda: styles.is_settled and styles.sources[0].source.own == 0)  # type: ignore[union-attr]
    assert styles.yardstick is not None


def test_rows_of_every_kind_are_answered_side_by_side(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    lab.registry.remove("judge")
    rows = (picture(40), picture(50), "data:mnist/test/1", *["seed:4"] * 3, "z:1,1")
    styles = show(*rows)
    for place, label in ((1, 2), (3, 0), (4, 1)):
        lab.session.tell_source(place, label)
    post.run_until(lambda: styles.is_settled)
    owns = [row.source.own if row.source is not None else "?" for row in styles.sources]
    assert owns == [None, 2, 1, 0, 1, None, None]


def test_bad_rows_say_why_and_the_others_are_shown(show: Show, lab: Lab) -> None:
    empty = picture_reference(np.full((1, 8, 8), 3, np.uint8))
    styles = show("label:9", "z:1,2,3", empty, "data:nowhere/test/1", "seed:3", "label:1")
    problems = [row.problem for row in styles.sources]
    assert "label:9 is no label" in problems[0]
    assert "has 3 numbers" in problems[1]
    assert "The drawing is empty" in problems[2]
    assert problems[3]
    assert problems[4:] == ["", ""]
    assert styles.sheet is not None
    assert styles.sheet.rows == (4, 5)
    assert styles.cell(0, 0) is None
    assert styles.picture(5, 1) is not None


def test_without_an_encoder_styles_are_samples(show: Show, lab: Lab, post: QueuePost) -> None:
    lab.choose_model("gan")
    post.run_until(lambda: lab.model is not None and lab.model.id == "gan")
    styles = show("seed:1", picture(3), "label:1")
    assert styles.sheet is not None
    assert styles.sheet.rows == (0, 1)
    found = styles.sources[1].source
    assert found is not None
    assert found.endpoint.missed == pytest.approx(abs(found.endpoint.z[0]) / 100)
    assert "has no encoder" in styles.sources[2].problem
    assert "reads none" in styles.leakage.problem
    assert style_first.first_sources(lab, Sources(lab)) == style_first.samples(10)


def test_attributes_are_columns_each_alone(show: Show, lab: Lab, post: QueuePost) -> None:
    lab.choose_model("by-attributes")
    post.run_until(lambda: lab.latents is not None and lab.model.id == "by-attributes")  # type: ignore[union-attr]
    styles = show("z:1,2@0,1")
    assert [column.title for column in styles.columns] == ["none", "big", "red"]
    assert styles.sheet is not None
    assert styles.sheet.matrix.own == (2,)
    assert styles.yardstick is None, "this classifier reads labels"


@pytest.mark.parametrize(
    ("model", "words"), [("plain", "takes no label"), ("one", "knows one label only")]
)
def test_models_that_cannot_transfer_styles_say_so(
    model: str, words: str, lab: Lab, post: QueuePost
) -> None:
    record = {**lab.model.require().data.model_dump(), "label_names": ("a",)}  # type: ignore[union-attr]
    write_model(lab.registry.library, "one", capabilities=("decode", "label"), data=record)
    lab.registry.rescan()
    lab.session.set_sources(LABELS)
    lab.choose_model(model)
    lab.styles.watch(watched=True)
    post.drain()
    assert words in lab.styles.obstacle
    assert (lab.styles.sheet, lab.styles.is_settled) == (None, True)
    assert {"told", "gan"} <= {card.id for card in lab.styles.able()}


# -- figures -----------------------------------------------------------------------------------


def test_a_classifier_tells_which_cells_obey(show: Show, lab: Lab, post: QueuePost) -> None:
    styles = show("z:1,1", "z:150,1", blend=(1, 2))  # of the second row it sees nothing but 0
    styles.judge()
    post.run_until(lambda: styles.is_judged)
    scores = styles.scores
    assert scores is not None
    assert scores.obeyed.tolist() == [[True] * 4, [True, False, False, True]]
    assert scores.seen[1][:3] == (0, 0, 0)
    assert scores.by_column == (1, 0.5, 0.5, None)
    assert (scores.overall, scores.wrong, scores.cells) == (4 / 6, 2, 6)
    titles = [column.title for column in styles.columns]
    assert obedience_words(scores, titles) == (
        "4 of 6 pictures show the label that was told; fewest under label 1 (1 of 2)."
    )
    lab.session.set_style(strength=0.5)
    post.run_until(lambda: styles.is_settled)
    assert styles.scores is scores
    assert not styles.is_judged, "these are scores of pictures that have gone"
    styles.judge()
    post.run_until(lambda: styles.is_judged)
    assert styles.scores is not None
    assert obedience_words(styles.scores, titles) == (
        "All 6 pictures show the label that was told."
    )


def test_who_does_not_want_to_be_judged_is_not(show: Show) -> None:
    styles = show("z:1,1", judged=False)
    styles.judge()
    assert styles.is_judged
    assert styles.scores is None


def test_leakage_is_measured_once_for_the_latents(show: Show, lab: Lab, post: QueuePost) -> None:
    styles = show("z:1,1")
    post.run_until(lambda: styles.leakage.is_settled)
    found = styles.leakage.found
    assert found is not None
    assert 0.2 < found.accuracy <= 1
    assert 0.3 < max(found.chance, found.uniform) < 0.6
    styles.refresh()
    post.drain()
    assert styles.leakage.found is found


# -- many at once, and out ---------------------------------------------------------------------


def test_a_newcomer_finds_ten_styles_of_one_label(lab: Lab) -> None:
    found = style_first.first_sources(lab, Sources(lab))
    rows = [int(text.rsplit("/", 1)[1]) for text in found]
    assert len(set(rows)) == 10
    assert lab.latents is not None
    assert set(lab.latents.labels[rows].tolist()) == {0}  # type: ignore[index]


def test_sets_of_rows_are_what_they_say(lab: Lab) -> None:
    rng, latents = np.random.default_rng(0), lab.latents
    assert latents is not None
    assert latents.labels is not None

    def labels_of(texts: tuple[str, ...]) -> list[int]:
        return [int(latents.labels[int(text.rsplit("/", 1)[1])]) for text in texts]

    assert labels_of(style_first.one_per_label(lab, rng)) == [0, 1, 2]
    of_two = style_first.of_label(lab, 2, 10, rng)
    assert labels_of(of_two) == [2] * 10
    assert len(set(of_two)) == 10
    assert len(style_first.of_label(lab, 2, 99, rng)) == 20, "there are no more"
    assert style_first.mean_of_selection(lab) == ""
    lab.session.select([1, 4])  # both of label 1
    mean = style_first.mean_of_selection(lab)
    assert mean.startswith("z:")
    assert mean.endswith("@1")
    lab.session.select([0, 1])
    assert "@" not in style_first.mean_of_selection(lab)


def test_other_rows_by_chance_keep_their_kind(show: Show, lab: Lab) -> None:
    styles = show("label:1", "seed:4", "label:2")
    found = style_first.others(lab, styles.sources, Sources(lab), np.random.default_rng(1))
    assert lab.latents is not None
    kinds = [text.partition(":")[0] for text in found]
    assert kinds == ["data", "seed", "data"]
    labels = [int(lab.latents.labels[int(found[at].rsplit("/", 1)[1])]) for at in (0, 2)]  # type: ignore[index]
    assert labels == [1, 2]


def test_many_labels_stand_below_each_other_on_paper(show: Show, lab: Lab) -> None:
    sheet = show("z:5,7").sheet
    assert sheet is not None
    many = tuple(replace(sheet.columns[0], label=n % 3, title=str(n)) for n in range(62))
    wide = replace(sheet, matrix=replace(sheet.matrix, columns=many))
    assert style_proposals.of_sheet(lab, wide).recipe.look.columns == 16
    assert style_proposals.of_sheet(lab, sheet).recipe.look.columns is None


def test_sheets_rows_columns_and_cells_leave_with_their_recipe(show: Show, lab: Lab) -> None:
    styles = show("z:1,2", "label:1", "seed:3")
    sheet = styles.sheet
    assert sheet is not None
    whole = style_proposals.of_sheet(lab, sheet)
    assert [type(row) for row in whole.recipe.rows] == [Styled] * 3
    assert whole.recipe.rows[1].own == 1  # type: ignore[union-attr]
    row = style_proposals.of_row(lab, sheet, 1)
    assert row is not None
    assert row.name == "told-style-2"
    assert [each.labels for each in row.recipe.rows] == [(0, 1, 2)]  # type: ignore[union-attr]
    column = style_proposals.of_column(lab, sheet, 2)
    assert column is not None
    assert [each.labels for each in column.recipe.rows] == [(2,)] * 3  # type: ignore[union-attr]
    cell = style_proposals.of_cell(lab, sheet, 0, 2)
    assert cell is not None
    (latents,) = cell.recipe.rows
    assert isinstance(latents, Latents)
    assert (latents.z, latents.label) == (((1.0, 2.0),), 2)
    for missing in (
        style_proposals.of_row(lab, sheet, 9),
        style_proposals.of_column(lab, sheet, 9),
        style_proposals.of_cell(lab, sheet, 0, 9),
    ):
        assert missing is None


def test_a_sheet_says_its_command(show: Show, lab: Lab) -> None:
    styles = show("label:1", "label:2", strength=1.5, blend=(0, 2))
    assert styles.sheet is not None
    command = style_proposals.of_sheet(lab, styles.sheet).recipe.command
    assert command.startswith("latentlab transfer told --from label:1 --from label:2")
    assert "--strength 1.5" in command
    assert "--blend 0:2:0.5" in command


def test_a_model_that_changes_its_mind_about_its_weights_is_asked_again(
    show: Show, lab: Lab, post: QueuePost
) -> None:
    styles = show("label:1")
    before = styles.sources[0]
    folder = lab.registry.library / "told"
    files = {**lab.model.require().files, "weights.safetensors": "1" * 64}  # type: ignore[union-attr]
    edit_manifest(folder, files=files)
    lab.registry.rescan()
    post.run_until(lambda: styles.is_settled and styles.sources[0] is not before)
    assert styles.sources[0].source is not None
