"""Concepts: differences that get a name, and directions that nobody had to look for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from latentlab.app.lab import Lab
from latentlab.core.arithmetic import Term
from tests.app.arithmetic_bench import THREE, choose, settle, write_models
from tests.app.style_bench import CODEC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.helpers import QueuePost


@pytest.fixture
def lab(
    library: Path, post: QueuePost, monkeypatch: pytest.MonkeyPatch, home: Path
) -> Iterator[Lab]:
    monkeypatch.setattr("latentlab.core.paths.trained", lambda: library.parent / "none")
    write_models(library)
    made = Lab(post, library=library, model="plain", codec_argv=CODEC, settings=home / "settings")
    post.run_until(lambda: made.latents is not None)
    made.arithmetic.watch(watched=True)
    yield made
    made.close(save_runs=False, timeout_s=2.0)


@pytest.fixture
def told(lab: Lab) -> list[str]:
    found: list[str] = []
    lab.message.connect(lambda text, _severity: found.append(text))
    return found


def kept(lab: Lab) -> list[str]:
    return [each.name for each in lab.concepts.available if each.is_kept]


def test_a_difference_gets_a_name_and_moves_any_z(lab: Lab, post: QueuePost) -> None:
    lab.arithmetic.show_expression(THREE)
    settle(lab, post)
    assert [choice.words for choice in lab.concepts.choices()] == ["A − B", "C − B"]
    assert lab.arithmetic.save_concept("smile")
    assert kept(lab) == ["smile"]
    found = lab.concepts.find("smile")
    assert found is not None
    unit = np.array([6.0, 20.0]) / np.hypot(6, 20)
    np.testing.assert_allclose(found.axis.vector, unit, rtol=1e-6)
    assert lab.latents is not None
    spread = (lab.latents.mu.astype(float) @ unit).std()
    assert found.axis.sigma == pytest.approx(spread, rel=1e-4)
    assert lab.concepts.save("beard", (1, 2))
    assert kept(lab) == ["smile", "beard"]


def test_a_slider_moves_the_cursor_and_a_drag_is_one_step(lab: Lab, post: QueuePost) -> None:
    lab.arithmetic.show_expression("mean(z:3,0) - mean(z:1,0)")
    settle(lab, post)
    assert lab.concepts.save("east")
    assert lab.concepts.value("east") is None, "there is no cursor yet"
    lab.session.move_cursor([0.5, 7.0])
    lab.session.history.seal()
    for step in range(10):
        lab.concepts.move("east", step / 4)
    assert lab.concepts.value("east") == pytest.approx(2.25)
    assert lab.session.state.z[1] == 7
    lab.session.undo()
    assert lab.session.state.z == (0.5, 7.0)
    lab.concepts.move("nobody", 1.0)
    lab.concepts.move("east", float("nan"))
    assert lab.session.state.z == (0.5, 7.0)


def test_concepts_are_added_to_the_result_of_a_sheet(lab: Lab, post: QueuePost) -> None:
    lab.arithmetic.show_expression("mean(z:30,10) - mean(z:10,10)")
    settle(lab, post)
    assert lab.concepts.save("east")
    lab.session.set_terms([Term(basket=("z:5,5",))])
    settle(lab, post)
    found = lab.concepts.find("east")
    assert found is not None
    lab.session.set_concept("east", 2.0)
    settle(lab, post)
    assert lab.arithmetic.result is not None
    np.testing.assert_allclose(lab.arithmetic.result, [5 + 2 * found.axis.sigma, 5], rtol=1e-5)
    lab.concepts.rename("east", "right")
    settle(lab, post)
    assert lab.session.state.arithmetic.concepts == (("right", 2.0),)
    assert lab.arithmetic.result is not None
    assert lab.arithmetic.result[0] > 5
    lab.concepts.forget("right")
    settle(lab, post)
    assert kept(lab) == []
    assert lab.session.state.arithmetic.concepts == ()
    assert lab.arithmetic.result is not None
    assert lab.arithmetic.result.tolist() == [5, 5]


def test_what_is_no_difference_gets_no_name(lab: Lab, post: QueuePost, told: list[str]) -> None:
    assert not lab.concepts.save("nothing")
    lab.arithmetic.show_expression("mean(z:3,4) - mean(z:3,4)")
    settle(lab, post)
    assert not lab.concepts.save("zero")
    assert not lab.concepts.save("far", (0, 5))
    lab.arithmetic.show_expression("mean(z:3,4) - mean(z:1,4)")
    settle(lab, post)
    assert not lab.concepts.save("  ")
    assert ["fill two baskets" in told[0], "add up to nothing" in told[1]] == [True, True]
    assert "needs a name" in told[-1]
    assert kept(lab) == []


def test_four_terms_offer_their_whole_difference_too(lab: Lab, post: QueuePost) -> None:
    lab.arithmetic.show_expression("z:3,4 - z:1,4 + 2 * z:0,1 - 2 * z:5,5")
    settle(lab, post)
    words = [choice.words for choice in lab.concepts.choices()]
    assert "A + 2 C − B − 2 D" in words
    assert words[0] == "A − B"


def test_principal_directions_and_those_of_activations_are_found(lab: Lab, post: QueuePost) -> None:
    assert [axis.title for axis in lab.concepts.found] == ["PC 1", "PC 2"]
    lab.concepts.discover()
    assert lab.concepts.is_busy
    post.run_until(lambda: not lab.concepts.is_busy)
    assert [axis.title for axis in lab.concepts.found][2:] == ["activation 1", "activation 2"]
    assert lab.concepts.keep("activation 2", "slant")
    assert kept(lab) == ["slant"]
    found = lab.concepts.find("slant")
    assert found is not None
    assert found.axis.vector.tolist() == [0, 1]
    choose(lab, post, "gan")
    assert lab.concepts.found == (), "those were of another model"
    lab.concepts.discover(1)
    post.run_until(lambda: not lab.concepts.is_busy)
    assert [axis.title for axis in lab.concepts.found] == ["activation 1"]
    lab.concepts.move("activation 1", 1.5)
    assert lab.session.state.z == (1.5, 0.0)
