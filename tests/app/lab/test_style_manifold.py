"""The manifold of a label: what is asked, in which order it is shown, and how it leaves."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import calls, replays, words
from latentlab.app.style_manifold import PATIENCE_S, StyleManifold
from latentlab.app.style_sheet import SPAN, coarse_first, fields_of
from latentlab.core.projection import PcaPlane
from tests.app.lab.waiting import ready
from tests.helpers import edit_manifest, write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from latentlab.app.lab import Lab
    from tests.helpers import QueuePost

    OpenLab = Callable[..., Lab]

ABLE = ("encode", "decode", "sample", "posterior", "label")


@dataclass
class Asked:
    """One request: latents and what is told of all of them."""

    z: Any
    label: Any
    done: Callable[[Any], None]
    failed: Callable[[str], None]
    part: Callable[[int, Any], None]

    def pictures(self) -> Any:
        """(n, 1, 1, 3): z in hundredths, and the class."""
        told = self.label if isinstance(self.label, int) else 9
        rows = np.concatenate([self.z * 20 + 100, np.full((len(self.z), 1), told)], axis=1)
        return rows.astype(np.uint8)[:, None, None, :]

    def answer(self) -> None:
        """All at once, as a quick model does."""
        self.part(0, self.pictures())
        self.done(self.pictures())

    def send(self, start: int, stop: int) -> None:
        """A slice of it."""
        self.part(start, self.pictures()[start:stop])


@dataclass
class Desk:
    """Keeps what is asked, and tells the time."""

    asked: list[Asked] = field(default_factory=list)
    now: float = 0.0

    def decode(self, _: Path, z: Any, **given: Any) -> None:
        assert given.pop("lane") == "style-manifold"
        self.asked.append(Asked(np.array(z), **given))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def lab(
    open_lab: OpenLab, post: QueuePost, shipped: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> Lab:
    write_model(shipped, "told-2", capabilities=ABLE)
    write_model(shipped, "told-5", latent=5, capabilities=ABLE)
    found = ready(post, open_lab(model="told-2"))
    monkeypatch.setattr(found.codec, "decode", desk.decode)
    return found


@pytest.fixture
def view(lab: Lab, desk: Desk) -> StyleManifold:
    """Somebody looks, and the first sheet is there."""
    made = StyleManifold(lab, clock=lambda: desk.now)
    made.watch(watched=True)
    desk.asked[-1].answer()
    assert made.is_settled
    return made


def shown(view: StyleManifold) -> Any:
    """First number of z of each picture, (side, side), in hundredths."""
    assert view.sheet is not None
    assert view.pictures is not None
    side = view.sheet.side
    return view.pictures[:, 0, 0, 0].reshape(side, side)


def labels(view: StyleManifold) -> set[int]:
    return set(view.pictures[:, 0, 0, 2].tolist()) if view.pictures is not None else set()


# -- what is asked -----------------------------------------------------------------------------


def test_nothing_is_asked_while_nobody_looks(lab: Lab, desk: Desk) -> None:
    view = StyleManifold(lab)
    lab.session.choose_label(1)
    assert desk.asked == []
    assert view.is_settled


def test_pictures_lie_at_equally_probable_places(view: StyleManifold) -> None:
    assert view.sheet is not None
    z = view.sheet.z
    assert z.shape == (15, 15, 2)
    normal = NormalDist()
    shares = [normal.cdf(v) for v in z[0, :, 0].tolist()]
    np.testing.assert_allclose(np.diff(shares), 1 / 15, atol=1e-6)
    assert z[0, 0, 1] > z[-1, 0, 1], "the top row first"
    np.testing.assert_array_equal(shown(view), (z[..., 0] * 20 + 100).astype(np.uint8))


def test_steps_can_be_equal_and_more(lab: Lab, view: StyleManifold, desk: Desk) -> None:
    lab.session.set_style(spacing="linear", side=10)
    assert view.pictures is None, "as many pictures as before, or none"
    desk.asked[-1].answer()
    assert view.sheet is not None
    np.testing.assert_allclose(np.diff(view.sheet.z[0, :, 0]), 2 * SPAN / 10, atol=1e-6)
    assert view.pictures is not None
    assert len(view.pictures) == 100


def test_a_label_and_a_mixture_are_told(lab: Lab, view: StyleManifold, desk: Desk) -> None:
    lab.session.choose_label(2)
    assert desk.asked[-1].label == 2
    desk.asked[-1].answer()
    assert labels(view) == {2}
    lab.session.choose_label((0.5, 0.5, 0.0))
    assert desk.asked[-1].label == (0.5, 0.5, 0.0)


def test_what_changes_nothing_asks_nothing(lab: Lab, view: StyleManifold, desk: Desk) -> None:
    count = len(desk.asked)
    lab.session.move_cursor([0.5, 0.5])
    lab.session.set_style(strength=2.0)
    lab.session.set_map(prior=False)
    view.refresh()
    assert len(desk.asked) == count


def test_new_weights_of_the_same_model_are_drawn_anew(
    lab: Lab, view: StyleManifold, desk: Desk, post: QueuePost, shipped: Path
) -> None:
    """As a run that trains saves them; the old pictures stay until the new ones come."""
    before = view.pictures
    files = {**lab.model.require().files, "weights.safetensors": "1" * 64}
    edit_manifest(shipped / "told-2", files=files)
    lab.registry.rescan()
    post.run_until(lambda: len(desk.asked) == 2)
    assert view.pictures is before
    desk.asked[-1].answer()
    assert view.pictures is not before


def test_another_model_drops_the_sheet(
    lab: Lab, view: StyleManifold, desk: Desk, post: QueuePost
) -> None:
    lab.choose_model("told-5")
    post.run_until(lambda: view.sheet is not None and view.sheet.model == "told-5")
    assert view.pictures is None
    lab.choose_model("mnist-vae-2")
    post.run_until(lambda: desk.asked[-1].label is None)
    assert view.sheet is not None, "a plain model has one manifold, under no label"


# -- wide latents ------------------------------------------------------------------------------


@pytest.fixture
def wide(lab: Lab, view: StyleManifold, desk: Desk, post: QueuePost) -> StyleManifold:
    lab.choose_model("told-5")
    fits = lambda: isinstance(lab.plane, PcaPlane) and lab.plane.latent_size == 5  # noqa: E731
    post.run_until(lambda: fits() and view.sheet is not None and view.sheet.model == "told-5")
    desk.asked[-1].answer()
    return view


def test_a_wide_latent_is_cut_by_the_plane_of_the_map(lab: Lab, wide: StyleManifold) -> None:
    assert wide.sheet is not None
    assert wide.sheet.plane is lab.plane
    assert not wide.sheet.is_whole
    middle = wide.sheet.z[7, 7]
    np.testing.assert_allclose(middle, 0, atol=1e-5, err_msg="without a cursor through 0")


def test_the_plane_goes_through_the_cursor_or_zero(
    lab: Lab, wide: StyleManifold, desk: Desk
) -> None:
    z = np.arange(5.0)
    lab.session.move_cursor(z)
    desk.asked[-1].answer()
    assert wide.sheet is not None
    plane = wide.sheet.plane
    rest = z - plane.invert(plane.project(z), np.zeros(5))[0]
    place = wide.sheet.z[3, 4]
    found = place - plane.invert(plane.project(place), np.zeros(5))[0]
    np.testing.assert_allclose(found, rest, atol=1e-4)
    count = len(desk.asked)
    lab.session.move_cursor(wide.sheet.z[0, 0])
    assert len(desk.asked) == count, "within the plane nothing changes"
    lab.session.set_style(through="zero")
    assert len(desk.asked) == count + 1
    np.testing.assert_allclose(wide.sheet.z[7, 7], 0, atol=1e-5)


def test_two_numbers_of_z_can_be_chosen(lab: Lab, wide: StyleManifold, post: QueuePost) -> None:
    lab.session.set_map(plane="raw", dims=(1, 3))
    post.drain()
    assert wide.sheet is not None
    z = wide.sheet.z
    assert np.ptp(z[0, :, 1]) > 3
    assert np.ptp(z[:, 0, 3]) > 3
    np.testing.assert_array_equal(z[..., [0, 2, 4]], 0)


# -- in which order ----------------------------------------------------------------------------


@given(st.integers(1, 40))
def test_every_picture_is_decoded_once_and_coarse_levels_stand_near(side: int) -> None:
    order, levels = coarse_first(side)
    assert sorted(order.tolist()) == list(range(side * side))
    for (count, stands), stride in zip(levels, (4, 2), strict=True):
        assert set(stands.tolist()) <= set(order[:count].tolist())
        rows, columns = np.divmod(np.arange(side * side), side)
        away = np.maximum(abs(stands // side - rows), abs(stands % side - columns))
        assert away.max() <= stride // 2


def test_a_slow_model_is_seen_coarsely_first(lab: Lab, view: StyleManifold, desk: Desk) -> None:
    order, levels = coarse_first(15)
    (first, stands), (second, _) = levels
    lab.session.choose_label(1)
    asked = desk.asked[-1]
    desk.now += PATIENCE_S * 2
    asked.send(0, first - 1)
    assert labels(view) == {0}, "a part of a level is not shown"
    asked.send(first - 1, first + 2)
    assert labels(view) == {1}
    assert view.sheet is not None
    z = view.sheet.z.reshape(-1, 2)
    np.testing.assert_array_equal(shown(view).ravel(), (z[stands, 0] * 20 + 100).astype(np.uint8))
    assert not view.is_settled
    desk.now += PATIENCE_S / 2
    before = view.pictures
    asked.send(first + 2, second)
    assert view.pictures is before, "the whole comes soon enough"
    asked.done(asked.pictures())
    np.testing.assert_array_equal(shown(view).ravel(), (z[:, 0] * 20 + 100).astype(np.uint8))
    assert view.is_settled
    assert len(order) == 225


def test_a_quick_model_is_shown_whole_at_once(lab: Lab, view: StyleManifold, desk: Desk) -> None:
    told: list[int] = []
    lab.session.choose_label(1)
    view.changed.connect(lambda: told.append(1))
    asked = desk.asked[-1]
    desk.now += PATIENCE_S / 2
    asked.send(0, 200)
    assert told == []
    asked.done(asked.pictures())
    assert labels(view) == {1}


def test_a_drag_shows_what_it_passes_by(lab: Lab, view: StyleManifold, desk: Desk) -> None:
    """Its requests are abandoned one after the other, but something of them is seen."""
    (first, _), _ = coarse_first(15)[1]
    lab.session.choose_label(1)
    desk.now += PATIENCE_S * 0.8
    lab.session.choose_label(2)
    desk.now += PATIENCE_S * 0.8
    desk.asked[-2].send(0, first)
    assert labels(view) == {1}
    assert not view.is_settled
    desk.asked[-1].answer()
    assert labels(view) == {2}
    assert view.is_settled


def test_what_cannot_be_decoded_is_said_and_asked_again(
    lab: Lab, view: StyleManifold, desk: Desk
) -> None:
    lab.session.choose_label(1)
    desk.asked[-1].failed("The decoding process ended.")
    assert (view.problem, view.is_settled) == ("The decoding process ended.", True)
    lab.codec.state_changed.emit("ready")
    desk.asked[-1].answer()
    assert view.problem == ""
    assert labels(view) == {1}


# -- intents and export ------------------------------------------------------------------------


def test_a_picture_goes_to_the_cursor_and_the_tray(lab: Lab, view: StyleManifold) -> None:
    lab.session.choose_label(2)
    view.go_to(16)
    assert view.sheet is not None
    assert lab.session.state.z == pytest.approx(view.sheet.z[1, 1].tolist())
    view.pin(3)
    (pin,) = lab.session.state.pins
    assert (pin.label, pin.z) == (2, pytest.approx(view.sheet.z[0, 3].tolist()))
    view.go_to(225)
    assert view.latent(-1) is None


def test_the_sheet_leaves_with_the_command_that_makes_it(lab: Lab, view: StyleManifold) -> None:
    lab.session.choose_label(2)
    found = view.sheet_proposal()
    assert found is not None
    assert found.name == "told-2-manifold-2"
    assert [row.label for row in found.recipe.rows] == [2] * 15  # type: ignore[union-attr]
    text = words.as_command(found.recipe, "out.png")
    assert shlex.split(text)[:3] == ["latentlab", "grid", "told-2"]
    call = calls.parse(found.recipe.command)
    assert (call.values["quantiles"], call.values["label"], call.values["n"]) == (True, "2", 15)


def test_a_mixture_on_equal_steps_leaves_too(lab: Lab, view: StyleManifold) -> None:
    lab.session.choose_label((0.25, 0.75, 0.0))
    lab.session.set_style(spacing="linear")
    found = view.sheet_proposal()
    assert found is not None
    assert found.name == "told-2-manifold-mixed"
    call = calls.parse(found.recipe.command)
    assert call.values["label"] == "0.25,0.75,0.0"
    assert call.values["x"] == call.values["y"] == (-SPAN, SPAN)
    assert "quantiles" not in call.values


def test_one_picture_leaves_with_its_label(lab: Lab, view: StyleManifold) -> None:
    found = view.picture_proposal(20)
    assert found is not None
    (row,) = found.recipe.rows
    assert row.kind == "latents"
    assert (row.label, len(row.z)) == (0, 1)


@pytest.mark.parametrize("spacing", ["equal", "linear"])
def test_a_dropped_file_shows_the_same_sheet_again(
    lab: Lab, view: StyleManifold, desk: Desk, spacing: str
) -> None:
    lab.session.choose_label(2)
    lab.session.set_style(side=20, spacing=spacing)
    found = view.sheet_proposal()
    before = view.sheet
    assert found is not None
    lab.session.update(label=0)
    lab.session.set_style(page="transfer", side=10, spacing="equal", through="cursor")
    replays.show(lab, found.recipe, "a.png")
    state = lab.session.state
    assert (state.tab, state.style.page, state.label) == ("style", "manifold", 2)
    assert view.sheet is not None
    assert view.sheet.is_like(before)


def test_a_wide_sheet_comes_back_with_plane_and_cursor(
    lab: Lab, wide: StyleManifold, post: QueuePost
) -> None:
    lab.session.set_map(plane="raw", dims=(1, 3))
    lab.session.move_cursor(np.arange(5.0))
    post.drain()
    before, found = wide.sheet, wide.sheet_proposal()
    assert found is not None
    lab.session.set_map(dims=(0, 4))
    lab.session.move_cursor(np.zeros(5))
    replays.show(lab, found.recipe, "a.png")
    post.drain()
    assert lab.session.state.map.dims == (1, 3)
    assert wide.sheet is not None
    assert wide.sheet.is_like(before)


def test_other_grids_are_no_sheet_of_the_page(lab: Lab, view: StyleManifold) -> None:
    found = view.sheet_proposal()
    assert found is not None
    for was, changed in (("-n 15", "-n 30"), ("--quantiles", "--x -1:1 --y -1:1")):
        assert was in found.recipe.command
        text = found.recipe.command.replace(was, changed)
        assert fields_of(calls.parse(text), found.recipe, lab.session.state) is None
