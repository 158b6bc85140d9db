"""Opening a Lab: sessions, preferences, models that are gone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from latentlab.app.preferences import Preferences, Settings
from latentlab.app.session import Session
from latentlab.app.state import State
from latentlab.core.projection import RawPlane
from tests.app.lab.waiting import messages, ready
from tests.helpers import QueuePost, children

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from latentlab.app.lab import Lab

    OpenLab = Callable[..., Lab]

SILENT_CODEC = [sys.executable, "-S", "-c", "import sys; sys.stdin.buffer.read()"]


def test_the_first_start_shows_the_shipped_model(open_lab: OpenLab, post: QueuePost) -> None:
    lab = open_lab()
    told: list[str] = []
    for name in ("model", "latents", "plane", "support", "dataset"):
        getattr(lab, f"{name}_changed").connect(lambda name=name: told.append(name))
    assert lab.model.id == "mnist-vae-2", "known at once"
    assert (lab.latents, lab.plane, lab.support) == (None, None, None)
    ready(post, lab)
    assert lab.latents.mu.shape == (60, 2)
    assert lab.plane == RawPlane(2, (0, 1))
    assert lab.support.n == 60
    assert lab.label_names == ("0", "1", "2")
    assert {"model", "latents", "plane", "support"} <= set(told)


def test_opening_and_closing_leave_nothing(open_lab: OpenLab, post: QueuePost) -> None:
    lab = open_lab()
    ready(post, lab)
    lab.runs.warm()
    assert len(children()) == 2
    assert lab.close()
    assert children() == {}
    assert lab.close(), "a second close does nothing"


def test_the_last_session_comes_back(open_lab: OpenLab, post: QueuePost) -> None:
    lab = ready(post, open_lab())
    lab.choose_model("mnist-vae-5")
    ready(post, lab)
    lab.session.move_cursor([0.5] * 5)
    lab.session.pin()
    lab.preferences.update(theme="dark")
    state = lab.session.state
    lab.close()
    again = open_lab()
    assert again.session.state == state
    assert again.model.id == "mnist-vae-5"
    assert again.preferences.settings.theme == "dark"


def test_pins_survive_a_crash(open_lab: OpenLab, post: QueuePost, settings: Path) -> None:
    lab = ready(post, open_lab())
    lab.session.pin([1.0, 2.0])
    post.run_until((settings / "session.json").exists)
    restored, _ = Session.restore(settings / "session.json")
    assert [pin.name for pin in restored.state.pins] == ["A"]


def test_the_command_line_overrules(open_lab: OpenLab, tmp_path: Path) -> None:
    lab = open_lab(model="mnist-vae-5", library=tmp_path / "other")
    assert lab.model.id == "mnist-vae-5"
    assert lab.registry.library == tmp_path / "other"


def test_the_library_comes_from_environment_then_preference(
    open_lab: OpenLab, settings: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Preferences(Settings(library="/preferred")).save(settings / "preferences.json")
    assert open_lab().registry.library == library
    monkeypatch.delenv("LATENTLAB_LIBRARY")
    assert open_lab().registry.library == Path("/preferred")


def test_broken_files_are_told_and_kept(open_lab: OpenLab, settings: Path, post: QueuePost) -> None:
    settings.mkdir()
    (settings / "session.json").write_text("{")
    (settings / "preferences.json").write_text('{"version": 9}')
    heard = messages(lab := open_lab())
    ready(post, lab)
    assert [severity for _, severity in heard] == ["warning", "warning"]
    assert "newer latentlab" in heard[0][0]
    assert "session.kept.json" in heard[1][0]
    assert lab.model.id == "mnist-vae-2"


def test_a_model_that_is_gone_is_replaced(
    open_lab: OpenLab, settings: Path, post: QueuePost
) -> None:
    gone = State(model="gone", z=(1.0, 2.0, 3.0), selection=(5000,))
    Session(gone).save(settings / "session.json")
    heard = messages(lab := open_lab())
    ready(post, lab)
    assert lab.model.id == lab.session.state.model == "mnist-vae-2"
    assert (lab.session.state.z, lab.session.state.selection) == ((), ())
    assert heard == [("gone is not there any more; Tiny VAE is shown.", "warning")]
    assert not lab.session.history.can_undo


def test_no_model_at_all(open_lab: OpenLab, shipped: Path, post: QueuePost) -> None:
    for folder in shipped.iterdir():
        (folder / "manifest.json").unlink()
    lab = open_lab()
    post.drain()
    assert (lab.model, lab.latents, lab.points, lab.anchor) == (None, None, None, None)
    assert lab.original(0) is None
    assert lab.label_names == ()
