"""Recipes that know what their ends were called."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from latentlab.app import calls, named_ends
from latentlab.app.endpoints import Endpoint
from latentlab.app.grids import latents_row
from latentlab.app.state import Homotopy
from latentlab.core.axes import along, raw_axes
from latentlab.core.recipe import Recipe

BARE = Recipe(latentlab="0", model="tiny", moment=7, rows=(latents_row([0.0, 1.0]),))


def end(reference: str, *, is_given: bool = False) -> Endpoint:
    picture = np.zeros((1, 8, 8), np.uint8)
    return Endpoint(reference, reference, np.float32([0.5, -1]), picture, is_given)


def test_a_path_keeps_the_names_of_its_stops() -> None:
    ends = [end("data:mnist/test/3", is_given=True), end("seed:4"), end("label:2")]
    made = named_ends.homotopy(BARE, ends, ("pixel", "graph"), 5, "smooth", closed=True)
    assert made.command == (
        "latentlab homotopy tiny --moment 7 --from data:mnist/test/3 --to label:2 --via seed:4 "
        "--steps 5 --path pixel,graph --easing smooth --closed"
    )


def test_samples_of_another_device_are_numbers() -> None:
    made = named_ends.corners(BARE, [end("seed:1")] * 4, 3, "arc", on_cpu=False)
    assert calls.parse(made.command).values["corners"] == ("z:0.5,-1.0",) * 4


def test_directions_are_named_by_number_or_word() -> None:
    made = named_ends.traversal(BARE, "z:0,0", raw_axes(None, 2), 2, 9)
    assert calls.parse(made.command).given == {"start": "z:0,0", "dims": (0, 1), "span": 2.0}
    named = [along("slant", "name:slant", [1, 1], None)]
    made = named_ends.traversal(BARE, end("label:1"), named, 1.5, 9)
    assert made.command.endswith("--from label:1 --basis named --dims slant --span 1.5")
    plane = named_ends.manifold(BARE, end("label:1"), 4, (-1, 1), (0, 2.5), "pca", (1, 0))
    assert calls.parse(plane.command).given == {
        "x": (-1.0, 1.0), "y": (0.0, 2.5), "plane": "pca", "dims": (1, 0), "start": "label:1",
        "n": 4,
    }  # fmt: skip


def shown(stops: list[Any], device: str = "CPU, 1 thread", **document: Any) -> Any:
    """As much of a Lab as rows of the Homotopy tab are named by."""
    state = SimpleNamespace(homotopy=Homotopy(**document))
    return SimpleNamespace(
        session=SimpleNamespace(state=state),
        homotopy=SimpleNamespace(stops=[SimpleNamespace(endpoint=stop) for stop in stops]),
        codec=SimpleNamespace(device_title=device),
    )


def test_rows_of_the_window_name_their_stops() -> None:
    ends = [end("seed:1"), end("data:mnist/test/3", is_given=True)]
    lab = shown(ends, steps=7, closed=True)
    made = named_ends.shown_homotopy(lab, BARE, ("pixel", "latent"))
    assert calls.parse(made.command).given == {
        "a": "seed:1", "b": "data:mnist/test/3", "steps": 7, "path": ("pixel", "latent"),
        "closed": True,
    }  # fmt: skip
    elsewhere = named_ends.shown_homotopy(shown(ends, "NVIDIA H200"), BARE, ("latent",))
    assert calls.parse(elsewhere.command).given["a"] == "z:0.5,-1.0"
    assert named_ends.shown_homotopy(shown([*ends, None]), BARE, ("latent",)) is BARE


def _silent() -> list[Any]:
    labelled = BARE.rows[0].model_copy(update={"label": 2})
    long = end(f"picture:{'A' * 3000}", is_given=True)
    ends = [end("z:0,0"), end("z:1,1")]
    return [
        named_ends.homotopy(BARE, ends, ("latent", "drawn"), 5),
        named_ends.homotopy(BARE, [long, long], ("latent",), 5),
        named_ends.homotopy(BARE.model_copy(update={"model": ""}), ends, ("latent",), 5),
        named_ends.homotopy(BARE.model_copy(update={"rows": (labelled,)}), ends, ("latent",), 5),
    ]


@pytest.mark.parametrize("made", _silent())
def test_what_has_no_short_command_has_none(made: Recipe) -> None:
    assert made.command == ""
