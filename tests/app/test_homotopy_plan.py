"""Plans, curves and first choices: arithmetic without anybody to ask."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app import homotopy_curves as curves
from latentlab.app.background import CancelledError
from latentlab.app.export import render
from latentlab.app.homotopy_first import farthest_pair, first_stops, other_stops, typical_rows
from latentlab.app.homotopy_plan import Plan, assemble
from latentlab.app.realism import Realism
from latentlab.app.state import Homotopy
from latentlab.core.route import through
from latentlab.engine.latents import Latents
from tests.app.homotopy_bench import latents, paint

STOPS = paint([[0, 0], [200, 100]])
LINE, ARC = through([[0, 0], [200, 100]]), through([[3, 4], [-4, 3]], "arc")


def plan(**fields: object) -> Plan:
    return Plan(**{"folder": Path("m"), "label": None, "stops": STOPS, **fields})


# -- plan --------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.sampled_from(["linear", "smooth"]))
def test_one_batch_holds_all_rows_in_their_order(t: list[float], easing: str) -> None:
    made = plan(routes={"slerp": ARC, "latent": LINE}, easing=easing)
    z = made.latents(t)
    assert z.shape == (2 * len(t), 2)
    rows = made.pictures(t, paint(z))
    assert list(rows) == ["pixel", "latent", "slerp"]
    for i, at in enumerate(t):
        np.testing.assert_array_equal(rows["latent"][i], paint([made.latent("latent", at)])[0])
        np.testing.assert_array_equal(rows["slerp"][i], paint([made.latent("slerp", at)])[0])


def test_before_the_decoder_answers_there_is_the_pixel_row() -> None:
    assert list(plan(routes={"latent": LINE}).pictures([0, 1], None)) == ["pixel"]
    assert plan().latents([0.0, 1.0]).size == 0


def test_plans_are_alike_when_every_picture_is() -> None:
    first = plan(routes={"latent": LINE})
    assert first.is_like(plan(routes={"latent": through([[0, 0], [200, 100]])}))
    others = [
        plan(routes={"latent": ARC}),
        plan(routes={"latent": LINE}, steps=9),
        plan(routes={"latent": LINE}, label=2),
        plan(routes={"latent": LINE}, has_pixels=False),
        plan(routes={"latent": LINE}, stops=STOPS[::-1]),
        plan(routes={"latent": LINE}, easing="smooth"),
    ]
    assert not any(first.is_like(other) for other in others)


def test_a_closed_chain_comes_back() -> None:
    made = assemble(Path("m"), None, list(STOPS), Homotopy(closed=True, rows=("pixel",)), {})
    rows = made.pictures([0, 0.5, 1], None)["pixel"]
    np.testing.assert_array_equal(rows, np.stack([STOPS[0], STOPS[1], STOPS[0]]))


@pytest.mark.parametrize("easing", ["linear", "smooth"])
def test_an_export_makes_the_same_pictures(easing: str) -> None:
    made = plan(routes={"latent": LINE, "slerp": ARC}, steps=5, easing=easing)
    shown = made.pictures(made.even(), paint(made.latents(made.even())))
    for kind, row in zip(made.kinds, made.recipe_rows(), strict=True):
        exported = render.pictures_of(row, lambda z, _: paint(z))
        np.testing.assert_array_equal(exported, shown[kind])
    one = render.pictures_of(made.recipe_of("latent", 0.25), lambda z, _: paint(z))
    np.testing.assert_array_equal(one[0], shown["latent"][1])


# -- curves ------------------------------------------------------------------------------------


def measured(**fields: object) -> curves.Curves:
    made = plan(routes={"latent": LINE, "slerp": ARC}, steps=6, **fields)
    t = curves.places()
    real = Realism(paint(np.stack([np.linspace(0, 200, 50), np.linspace(0, 100, 50)], 1)), None)
    dense = made.pictures(t, paint(made.latents(t)))
    steps = made.pictures(made.even(), paint(made.latents(made.even())))
    return curves.measure(made, dense, steps, curves.Rulers(real, "training images"))


def test_distance_norm_and_steps_are_what_they_say() -> None:
    found = measured()
    line = found.of("distance")["latent"]
    assert line.t[0] == 0
    assert line.t[-1] == 1
    assert line.value.max() < 0.02, "these real images lie on the line"
    np.testing.assert_allclose(found.of("norm")["slerp"].value, 5, atol=1e-5)
    assert set(found.of("norm")) == {"latent", "slerp"}
    sizes = found.of("step")["latent"]
    assert sizes.value.shape == (5,)
    expected = np.hypot(40, 20) / 255
    np.testing.assert_allclose(sizes.value, expected, atol=0.01)
    np.testing.assert_allclose(sizes.t, [0.1, 0.3, 0.5, 0.7, 0.9])
    assert found.of("label") == {}, "without labels nobody votes"


def test_labels_are_votes_of_the_nearest() -> None:
    made = plan(routes={"latent": LINE})
    at = np.linspace(0, 1, 60)
    real = Realism(paint(LINE.at(at)), (at > 0.5).astype(np.int64))
    t = curves.places()
    dense = {"latent": paint(made.latents(t))}
    found = curves.measure(
        made, dense, dense, curves.Rulers(real, "training images", ("zero", "one"))
    )
    line = found.of("label")["latent"]
    assert curves.label_at(line, 0.2) == 0
    assert curves.label_at(line, 0.8) == 1
    assert "latent line: zero → one" in curves.explain(found, "label")


def test_a_cancelled_measurement_stops() -> None:
    def check() -> None:
        raise CancelledError

    real = Realism(STOPS, None)
    with pytest.raises(CancelledError):
        curves.measure(plan(), {"pixel": STOPS}, {"pixel": STOPS},
                       curves.Rulers(real, "training images"), check)  # fmt: skip


def test_the_sentence_compares_the_middle() -> None:
    t = curves.places()
    lines = {"pixel": curves.Line(t, np.full(41, 9.12)), "latent": curves.Line(t, np.full(41, 5.2))}
    found = curves.Curves({"distance": lines}, "training images")
    assert curves.explain(found, "distance") == (
        "pixel space row: 9.1 from the nearest training image in the middle; latent line: 5.2. "
        "Nearer means more like a real one."
    )
    chain = curves.Curves({"distance": lines}, "decoded test images", legs=3)
    assert "nearest decoded test image at its farthest" in curves.explain(chain, "distance")
    assert curves.explain(found, "norm") == ""


def test_values_between_measured_places_lie_on_the_line() -> None:
    line = curves.Line(np.array([0.0, 1.0]), np.array([2.0, 4.0]))
    assert curves.at(line, 0.25) == 2.5
    assert curves.name_of(("a", "b"), 1) == "b"
    assert curves.name_of(("a", "b"), 7) == "7"


# -- first and other stops ---------------------------------------------------------------------


class PaperSources:
    """Images by label, pins as given."""

    def __init__(self, pins: tuple[str, ...] = (), can: tuple[str, ...] = ("encode", "sample")):
        self._pins, self._can, self.count = pins, can, 0

    def pins(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(reference=text) for text in self._pins]

    def has(self, capability: str) -> bool:
        return capability in self._can

    def random_image(self, label: int | None = None) -> str:
        self.count += 1
        return f"label:{label}" if label is not None else ""

    def random_sample(self) -> str:
        return f"seed:{self.count}"


def test_two_pins_are_the_first_choice() -> None:
    sources = PaperSources(("z:1,2", "data:mnist/test/3", "z:5,6"))
    assert first_stops(SimpleNamespace(latents=latents()), sources) == (
        "z:1,2",
        "data:mnist/test/3",
    )


def test_without_pins_two_typical_images_of_different_labels(monkeypatch) -> None:
    monkeypatch.setattr("latentlab.app.endpoints.reference_of_row", lambda _, row: f"row {row}")
    known = latents()
    a, b = first_stops(SimpleNamespace(latents=known), PaperSources(("z:1,2",)))
    rows = [int(text.split()[1]) for text in (a, b)]
    assert known.labels[rows[0]] != known.labels[rows[1]]
    assert tuple(rows) == typical_rows(known)


@pytest.mark.parametrize(
    ("can", "files", "problem", "expected"),
    [
        (("decode", "sample"), {}, "", ("seed:1", "seed:2")),
        (("encode", "sample"), {"latents.safetensors": "1"}, "", ()),
        (("encode", "sample"), {"latents.safetensors": "1"}, "damaged", ("seed:1", "seed:2")),
        (("encode", "sample"), {}, "", ("seed:1", "seed:2")),
        (("decode",), {}, "", ()),
    ],
)
def test_without_images_samples_unless_images_will_come(
    can: tuple[str, ...], files: dict[str, str], problem: str, expected: tuple[str, ...]
) -> None:
    model = SimpleNamespace(manifest=SimpleNamespace(files=files))
    lab = SimpleNamespace(latents=None, latents_problem=problem, model=model)
    assert first_stops(lab, PaperSources(can=can)) == expected


def test_without_labels_the_ends_are_far_from_each_other() -> None:
    mu = np.array([[0, 0], [1, 0], [9, 0], [2, 0]], np.float32)
    assert farthest_pair(mu) == (2, 0)
    assert typical_rows(Latents(mu, None, None, np.arange(4))) == (2, 0)
    same = np.zeros((3, 2), np.float32)
    a, b = farthest_pair(same)
    assert a != b


def test_chance_leaves_locked_stops_alone_and_takes_different_labels() -> None:
    document = Homotopy(stops=("z:1,1", "z:2,2", "z:3,3"), locked=(1,))
    stops = other_stops(document, PaperSources(), latents(), np.random.default_rng(0))
    assert stops[1] == "z:2,2"
    assert len({stops[0], stops[2], "z:2,2"}) == 3
    assert stops[0].startswith("label:")


def test_chance_makes_two_stops_of_none_and_samples_without_images() -> None:
    stops = other_stops(Homotopy(), PaperSources(), None, np.random.default_rng(0))
    assert len(stops) == 2
    assert all(text.startswith("seed:") for text in stops)
    nothing = other_stops(Homotopy(), PaperSources(can=()), None, np.random.default_rng(0))
    assert nothing == ()
