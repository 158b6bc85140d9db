"""Plots by command: the copied words, run in this process, give the very file of the window."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from safetensors.numpy import save_file

from latentlab.app import columns
from latentlab.app import lab as labs
from latentlab.app.moving_plane import MovingPlane
from latentlab.app.run_record import RunRecord, read_moment
from latentlab.app.state import State
from latentlab.cli.group import main
from latentlab.core import events
from latentlab.engine import runs
from latentlab.gui import plot_command
from latentlab.gui.plot_call import PlotCall, state_of
from latentlab.gui.plot_files import VERBS, PlotOutlet, bytes_of
from latentlab.gui.tab_host import TabScroll
from latentlab.gui.tabs.explore import ExploreTab
from latentlab.gui.tabs.homotopy import HomotopyTab
from latentlab.gui.theme import theme
from latentlab.gui.train.curve_figure import propose_curves
from latentlab.gui.train.latent_cloud import LatentCloud, propose_cloud
from latentlab.gui.widgets.loss_plot import LossPlot
from latentlab.gui.widgets.path_marks import PathLayer
from tests.gui.conftest import CODEC, TRAINER
from tests.gui.homotopy.hand import A, B
from tests.gui.taking import choose, dialog_of
from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from latentlab.app.lab import Lab
    from latentlab.gui.plot_files import PlotProposal
    from latentlab.gui.window import Window

MOMENT = "moment.safetensors"


@pytest.fixture
def run(library: Path) -> Path:
    """A run of two terms with latents of five dimensions."""
    folder = write_model(library, "told")
    rng = np.random.default_rng(2)
    latents = rng.normal(size=(40, 5)).astype(np.float32)
    save_file({"latents": latents, "labels": np.arange(40) % 3}, folder / MOMENT)
    told: list[Any] = []
    for i in range(1, 30):
        losses = {"loss": 90 / i + 3, "kl": i / 30}
        told.append(events.Step(epoch=i - 1, images_seen=20 * i, losses=losses, images_per_s=1.0,
                                eta_s=1.0, t=float(i)))  # fmt: skip
        told.append(events.Evaluated(epoch=i, images_seen=20 * i, train=losses, validation=losses,
                                     t=float(i)))  # fmt: skip
    told.append(events.Samples(epoch=29, images_seen=580, path=MOMENT, t=29.0))
    lines = "".join(f"{event.model_dump_json()}\n" for event in told)
    (folder / runs.EVENTS).write_text(lines)
    return folder


def check(proposal: PlotProposal, tmp_path: Path, *, light: bool = False) -> None:
    """SVG, PNG and numbers by the command; SVG by Python."""
    assert proposal.call is not None
    for suffix in (".svg", ".png"):
        out = tmp_path / f"by-command{suffix}"
        assert main(shlex.split(proposal.call.command(out, light=light))[1:]) == 0
        assert out.read_bytes() == bytes_of(proposal.figure, suffix, 2, light=light)
    again = tmp_path / "by-python.svg"
    exec(compile(proposal.call.python(again, light=light), "copied", "exec"), {})
    assert again.read_bytes() == bytes_of(proposal.figure, ".svg", 2, light=light)
    table, mine = tmp_path / "by-command.csv", tmp_path / "mine.csv"
    assert main(shlex.split(proposal.call.command(table))[1:]) == 0
    assert proposal.arrays is not None
    columns.save_data(mine, proposal.arrays(), overwrite=True)
    assert table.read_bytes() == mine.read_bytes()


@pytest.fixture
def curves(qtbot: QtBot, run: Path) -> LossPlot:
    plot = LossPlot()
    qtbot.addWidget(plot)
    plot.resize(520, 300)
    plot.show_history(RunRecord.open(run).history)
    plot.show()
    QApplication.processEvents()
    return plot


def test_curves(curves: LossPlot, run: Path, tmp_path: Path) -> None:
    check(propose_curves(curves, run.name), tmp_path)


def test_curves_that_a_hand_has_changed(curves: LossPlot, run: Path, tmp_path: Path) -> None:
    theme().configure("dark", 1.25)
    curves.logarithmic.setChecked(True)
    curves.smoothing.setValue(0)
    curves.toggles["train"].setChecked(False)
    curves.look_at([(3.0, 9.0, 0.2, 1.9), (2.0, 11.0, 0.1, 0.8)])
    QApplication.processEvents()
    found = propose_curves(curves, run.name)
    words = found.call.command("x.svg", light=True)
    for option in ("--log", "--hide train", "--smoothing 0", "--colours print", "--ui-scale 1.25"):
        assert option in words
    check(found, tmp_path, light=True)
    assert (theme().choice, theme().scale) == ("dark", 1.25), "the window's look is back"


def test_a_cloud(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    cloud = LatentCloud()
    qtbot.addWidget(cloud)
    moment = read_moment(run, MOMENT)
    points, labels = MovingPlane().project(moment.latents), moment.labels
    cloud.show_points(3 * points, labels)
    cloud.show_points(points, labels)  # the view is that of larger points
    cloud.resize(190, 130)
    cloud.show()
    check(propose_cloud(cloud, run.name, MOMENT), tmp_path)


def test_every_plot_can_be_asked_for_both_words(qtbot: QtBot, curves: LossPlot, run: Path) -> None:
    copied: list[tuple[str, str]] = []

    class Exports:
        unusual_library = None

        def copy_text(self, text: str, what: str) -> None:
            copied.append((what, text))

    outlet = PlotOutlet(Exports(), lambda: propose_curves(curves, run.name))
    assert outlet.act("command")
    assert outlet.act("python")
    assert [what for what, _ in copied] == ["Command", "Python"]
    assert copied[0][1].startswith("latentlab plot curves --run told --size 520x300 --range ")
    assert copied[0][1].endswith(" -o told-curves.svg")
    assert copied[1][1].startswith('import latentlab\n\nlatentlab.plot(\n    "curves",')
    assert {"command", "python"} <= set(VERBS)


# -- of a Lab -----------------------------------------------------------------------------------


@pytest.fixture
def show(lab: Lab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Shows a tab as the window does and waits; the command's Lab has the same players."""
    players = {"codec_argv": CODEC, "trainer_argv": TRAINER}
    monkeypatch.setattr(labs, "Lab", partial(labs.Lab, **players))

    kept: list[TabScroll] = []

    def show_it(tab: ExploreTab | HomotopyTab, *size: int) -> None:
        scroll = TabScroll(tab)
        kept.append(scroll)
        qtbot.addWidget(scroll)
        scroll.resize(*size)
        scroll.show()
        qtbot.waitUntil(
            lambda: lab.support is not None and tab.is_settled() and lab.homotopy.is_settled,
            timeout=10_000,
        )
        QApplication.processEvents()

    return show_it


def test_a_map(lab: Lab, show: Callable[..., None], qtbot: QtBot, tmp_path: Path) -> None:
    lab.session.update(z=(0.5, 1.0), selection=(3, 9))
    tab = ExploreTab(lab)
    show(tab, 700, 560)
    assert "--range" not in tab.menu.proposal().call.command("x.svg"), "nobody has moved it"
    check(tab.menu.proposal(), tmp_path)
    lab.session.set_map(solo_label=2, posterior=True, manifold=False)
    tab.panel.plot.look_at(QRectF(-1, -1, 2, 2))
    qtbot.waitUntil(tab.is_settled)
    QApplication.processEvents()
    check(tab.menu.proposal(), tmp_path)


def test_curves_over_t_and_paths(lab: Lab, show: Callable[..., None], tmp_path: Path) -> None:
    lab.session.set_homotopy(stops=(A, B), rows=("latent", "slerp"), curve="norm", t=0.25)
    tab = HomotopyTab(lab)
    show(tab, 640, 620)
    outlets = tab.pages["rows"].presenter.outlets
    check(outlets["homotopy"].proposal(), tmp_path)
    paths = outlets["paths"].proposal()
    out = tmp_path / "paths.svg"
    assert main(shlex.split(paths.call.command(out))[1:]) == 0
    assert out.read_bytes() == bytes_of(paths.figure, ".svg", 2)
    assert main(shlex.split(paths.call.command(tmp_path / "paths.csv"))[1:]) == 1


def test_all_latents_leave_by_their_own_words(window: Window, tmp_path: Path) -> None:
    copied: list[str] = []
    window.lab.exports.text_copied.connect(copied.append)
    window.export_latents()
    dialog = dialog_of(window)
    choose(dialog, ".csv")
    dialog.target.name.setText("all")
    dialog.command.click()
    dialog.python.click()
    assert copied[0] == "latentlab latents mnist-vae-2 -o all.csv"
    assert copied[1].endswith('latentlab.latents("mnist-vae-2").save("all.csv")\n')
    dialog.reject()


def test_paths_lie_above_each_other_in_the_order_of_their_rows() -> None:
    for order in (("latent", "slerp"), ("slerp", "latent")):
        added: list[Any] = []
        layer = PathLayer(added.append)
        for name in order:
            layer.show_paths({each: (np.eye(2), QColor()) for each in (name,)})
        lines = {name: layer._lines[name].zValue() for name in order}
        assert lines["latent"] < lines["slerp"] < 21


# -- words --------------------------------------------------------------------------------------


def test_only_what_is_not_usual_is_in_the_state() -> None:
    state = State(z=(0.1, 2.0), selection=(3,))
    assert state_of(state, "z", "map") == {"model": "mnist-vae-2", "z": [0.1, 2.0]}
    pinned = state.model_copy(
        update={
            "homotopy": state.homotopy.model_copy(update={"stops": ("pin:A", "seed:1"), "t": 0.5})
        }
    )
    found = state_of(pinned, "homotopy")
    assert found["homotopy"] == {"stops": ["pin:A", "seed:1"], "t": 0.5}
    assert State.model_validate(found).homotopy == pinned.homotopy


floats = st.floats(-1e6, 1e6).filter(lambda value: value == value)


@given(st.tuples(floats, floats, floats, floats).filter(lambda r: r[0] < r[1] and r[2] < r[3]))
def test_ranges_are_read_as_they_were_written(view: tuple[float, float, float, float]) -> None:
    text = PlotCall("map", {"ranges": (view,)}).command("x.csv")
    words = shlex.split(text)
    assert plot_command.parse_range(words[words.index("--range") + 1]) == view


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["map", "--state", "{", "-o", "x.svg"], "no JSON"),
        (["map", "--state", "[]", "-o", "x.svg"], "is an object"),
        (["map", "--state", '{"sampled":7}', "-o", "x.svg"], "wrong at 'sampled'"),
        (["map", "--state", '{"model":"none"}', "-o", "x.svg"], "There is no model"),
        (["map", "--range", "3,1,0,1", "-o", "x.svg"], "no range"),
        (["map", "--size", "9x9", "-o", "x.svg"], "no size"),
        (["curves", "-o", "x.svg"], "--run ID"),
        (["curves", "--run", "mnist-vae-2", "-o", "x.svg"], "has no curves"),
        (["cloud", "--run", "mnist-vae-2", "-o", "x.svg"], "no latents"),
        (["map", "-o", "x.gif"], "x.gif: name a file"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str], qapp: QApplication
) -> None:
    assert main(["plot", *arguments]) == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert len(told.strip().splitlines()) == 1
