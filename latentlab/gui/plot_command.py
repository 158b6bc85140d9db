"""Draw a plot of the window into a file, with no display: the window's own code, unseen."""

from __future__ import annotations

import json
import os
import re
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from pydantic import ValidationError

from latentlab.app.state import State  # before Qt, whose import hook pydantic's lazy one trips on
from latentlab.core import paths
from latentlab.core.errors import ConfigError, EnvironmentProblem, LatentlabError, ModelError
from latentlab.engine import runs
from latentlab.gui import environment
from latentlab.gui.shot import LIMIT_S, MOST_PIXELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from latentlab.app.lab import Lab
    from latentlab.gui.plot_call import Kind, Range
    from latentlab.gui.plot_files import PlotProposal

ENDINGS = (".svg", ".pdf", ".png", ".csv", ".npz")
_KINDS = ("map", "curves", "cloud", "plane", "verdicts", "loss", "homotopy", "paths")
_OF_MOMENT = ("cloud", "plane", "verdicts", "loss")
_LAYERS = ("train", "validation", "real", "fake", "field", "pull")
_SIZE = (640, 480)
_POLL_MS = 10


def plot(
    kind: Kind,
    out: str | Path,
    *,
    run: str = "",
    moment: str = "",
    state: Mapping[str, Any] | None = None,
    size: tuple[int, int] = _SIZE,
    ranges: Sequence[Range] = (),
    log: bool = False,
    hide: Sequence[str] = (),
    smoothing: int = 40,
    colours: Literal["light", "dark", "print"] = "light",
    scale: int = 2,
    ui_scale: float = 1.0,
    library: str | Path | None = None,
) -> Path:
    """Draw a plot as the window draws it; what stands at `out` is replaced.

    Args:
        kind: "map" of latents, "curves" of a run, "cloud" of its latents; of a GAN the "plane" of
            points, "verdicts" of its discriminator, and the "loss" of its generator against them;
            "homotopy": curves over t, "paths": the small map of the ways.
        out: The file: .svg, .pdf, .png, or the numbers as .csv, .npz.
        run: For all of a run: the id of its model.
        moment: But for curves: which of the run's sample files; default: the newest.
        state: For the others: fields of the window's document (`app.state.State`).
        size: In pixels at 100 %: of the plot; for homotopy and paths of all that is in the tab.
        ranges: What is in view, left, right, bottom, top; for curves one for each of them.
        log: Curves on a logarithmic scale; verdicts as logits.
        hide: What is not drawn: of curves "train", "validation"; of a plane "real", "fake",
            "field", "pull".
        smoothing: Of the curves, 0 to 100, as their slider has it.
        colours: Those of a theme, or dark ink on white.
        scale: Pixels of a PNG for each of the screen.
        ui_scale: Size of letters and lines, 1 to 2.
        library: Folder of your models; default: $LATENTLAB_LIBRARY, else your home's.

    Raises:
        LatentlabError: An unknown model, run or ending, nothing to draw, or no way to write it.
    """
    path = Path(out)
    if path.suffix.lower() not in ENDINGS:
        raise ConfigError(f"{path}: name a file that ends in {', '.join(ENDINGS)}.")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if problem := environment.problem():
        raise EnvironmentProblem(problem)
    from latentlab.gui.app import make_application

    application = make_application()
    place = paths.library(library)
    with ExitStack() as stack:
        stack.enter_context(_look(colours, ui_scale))
        if kind == "curves" or kind in _OF_MOMENT:
            drawn = _of_run(
                kind, _folder_of(run, place), size, ranges,
                moment=moment, log=log, hide=tuple(hide), smoothing=smoothing,
            )  # fmt: skip
            proposal = stack.enter_context(drawn)
        else:
            lab = stack.enter_context(_lab_of(_state(state or {}), place))
            proposal = stack.enter_context(_of_lab(kind, lab, size, ranges))
        application.processEvents()
        return _write(path, proposal, light=colours == "print", scale=scale)


def _write(path: Path, proposal: PlotProposal, *, light: bool, scale: int) -> Path:
    from latentlab.app import columns
    from latentlab.app.export import output
    from latentlab.gui import plot_files

    suffix = path.suffix.lower()
    if suffix not in (".csv", ".npz"):
        data = plot_files.bytes_of(proposal.figure, suffix, scale, light=light)
        return output.write(path, data, overwrite=True)
    if proposal.arrays is None:
        raise ConfigError(f"{path}: this plot has no numbers; choose .svg, .pdf or .png.")
    return columns.save_data(path, proposal.arrays(), overwrite=True)


@contextmanager
def _look(colours: str, ui_scale: float) -> Iterator[None]:
    """The theme as the plot wants it, then as it was."""
    from latentlab.gui.theme import theme

    had = theme().choice, theme().scale
    theme().configure("light" if colours == "light" else "dark", ui_scale)
    try:
        yield
    finally:
        theme().configure(*had)


def _of_run(
    kind: Kind,
    folder: Path,
    size: tuple[int, int],
    ranges: Sequence[Range],
    *,
    moment: str,
    log: bool,
    hide: tuple[str, ...],
    smoothing: int,
) -> AbstractContextManager[PlotProposal]:
    from latentlab.gui.train import game_exports, run_plots

    if kind == "curves":
        return run_plots.curves(folder, size, ranges, log=log, hide=hide, smoothing=smoothing)
    if kind == "cloud":
        return run_plots.cloud(folder, size, ranges, moment=moment)
    return game_exports.drawn(kind, folder, size, moment=moment, logits=log, hide=frozenset(hide))


# -- what is drawn -------------------------------------------------------------------------------


def _folder_of(run: str, library: Path) -> Path:
    from latentlab.app.registry import Registry

    if not run:
        raise ConfigError("Say which run: --run ID, as `latentlab models list` shows it.")
    return Registry(library).find(run).folder


def _state(fields: Mapping[str, Any]) -> State:
    try:
        return State.model_validate(fields)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise ConfigError(
            f"The state is wrong at '{where}': {error.errors()[0]['msg']}."
        ) from error


@contextmanager
def _lab_of(state: State, library: Path) -> Iterator[Lab]:
    """A Lab that shows this document; the user's session is neither read nor changed."""
    from latentlab.app import documents
    from latentlab.app.lab import Lab
    from latentlab.app.preferences import Preferences
    from latentlab.app.registry import Registry
    from latentlab.app.session_file import SessionFile
    from latentlab.gui.bridge import Bridge

    Registry(library).find(state.model).require()
    with tempfile.TemporaryDirectory(prefix="latentlab-plot-") as folder:
        Preferences(Preferences.restore()[0].settings).save(Path(folder) / "preferences.json")
        documents.write(Path(folder) / "session.json", SessionFile(state=state))
        bridge = Bridge()
        lab = Lab(bridge.post, library=library, settings=Path(folder))
        try:
            yield lab
        finally:
            lab.close()
            bridge.close()


@contextmanager
def _of_lab(
    kind: Kind, lab: Lab, size: tuple[int, int], ranges: Sequence[Range]
) -> Iterator[PlotProposal]:
    from PySide6.QtCore import QEvent, QRectF
    from PySide6.QtWidgets import QApplication

    from latentlab.gui.tab_host import TabScroll
    from latentlab.gui.tabs.explore import ExploreTab
    from latentlab.gui.tabs.homotopy import HomotopyTab

    if kind == "map" and not _is_encoded(lab):
        raise ModelError(f"{lab.session.state.model} has no encoded images, so it has no map.")
    tab = ExploreTab(lab) if kind == "map" else HomotopyTab(lab)
    whole = TabScroll(tab)
    try:
        if isinstance(tab, HomotopyTab):
            whole.resize(*size)
            whole.show()
            _wait(lab, tab.is_settled)
            found = tab.pages["rows"].presenter.outlets[kind].proposal()
        else:
            tab.panel.plot.setFixedSize(*size)
            whole.show()
            # Not all of `tab.is_settled`: on the screen points come when somebody sees them.
            _wait(lab, lambda: tab.points.ready and tab.manifold.is_settled())
            for left, right, bottom, top in ranges[:1]:
                tab.panel.plot.look_at(QRectF(left, bottom, right - left, top - bottom))
                _wait(lab, tab.manifold.is_settled)
            found = tab.menu.proposal()
        if found is None:
            raise LatentlabError(f"{lab.session.state.model} has nothing to draw there.")
        yield found
    finally:
        whole.close()
        whole.deleteLater()
        QApplication.sendPostedEvents(whole, QEvent.Type.DeferredDelete)


def _is_encoded(lab: Lab) -> bool:
    return lab.model is not None and runs.LATENTS in lab.model.require().files


def _wait(lab: Lab, is_drawn: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
    """Runs Qt's loop until model, latents, ways and plot are there."""
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    told: list[str] = []
    lab.message.connect(lambda text, _: told.append(text))
    encoded = _is_encoded(lab)

    def is_settled() -> bool:
        known = lab.support is not None or not encoded
        return known and is_drawn() and lab.homotopy.is_settled

    loop, poll, limit = QEventLoop(), QTimer(interval=_POLL_MS), QTimer(singleShot=True)
    poll.timeout.connect(lambda: loop.quit() if is_settled() else None)
    limit.timeout.connect(loop.quit)
    limit.start(round(limit_s * 1000))
    poll.start()
    QApplication.processEvents()
    loop.exec()
    poll.stop()
    limit.stop()
    if not is_settled():
        words = f" ({'; '.join(told)})" if told else ""
        raise LatentlabError(f"The plot was not drawn within {limit_s:g} s{words}; try again.")


# -- the command ---------------------------------------------------------------------------------


def parse_state(text: str) -> dict[str, Any]:
    """JSON of an object; raises ConfigError."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"--state is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise ConfigError('--state is an object, such as {"model":"mnist-vae-2"}.')
    return found


def parse_size(text: str) -> tuple[int, int]:
    """640x480; raises ConfigError."""
    found = re.fullmatch(r"(\d{2,4})[x×](\d{2,4})", text.strip())
    if found is None or max(int(found[1]), int(found[2])) > MOST_PIXELS:
        raise ConfigError(f"'{text}' is no size; write it like 640x480, 10 to {MOST_PIXELS}.")
    return int(found[1]), int(found[2])


def parse_range(text: str) -> Range:
    """left,right,bottom,top; raises ConfigError."""
    if re.fullmatch(r"[-+\d.eE]+(,[-+\d.eE]+){3}", text):
        try:
            left, right, bottom, top = map(float, text.split(","))
        except ValueError:
            left = right = bottom = top = 0.0
        if left < right and bottom < top:
            return left, right, bottom, top
    raise ConfigError(f"'{text}' is no range; write left,right,bottom,top, as -3,3,-2,2.")


@click.command("plot")
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--run", default="", help="Of a run: the id of its model.")
@click.option("--moment", default="", help="Which sample file of it; default: the newest.")
@click.option("--state", "text", default="{}", help="The others: what is shown, as JSON.")
@click.option("--size", default="640x480", show_default=True, help=f"Up to {MOST_PIXELS} each way.")
@click.option("--range", "texts", multiple=True, help="What is in view: left,right,bottom,top.")
@click.option("--log", is_flag=True, help="Curves: a logarithmic scale; verdicts: logits.")
@click.option("--hide", multiple=True, type=click.Choice(_LAYERS), help="Of curves, of a plane.")
@click.option("--smoothing", default=40, show_default=True, type=click.IntRange(0, 100))
@click.option("--colours", default="light", type=click.Choice(["light", "dark", "print"]))
@click.option("--scale", default=2, show_default=True, type=click.IntRange(1, 64), help="Of a PNG.")
@click.option("--ui-scale", default=1.0, type=click.FloatRange(1, 2), help="Of letters and lines.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="An .svg, .pdf or .png; .csv or .npz for the numbers in it.")  # fmt: skip
@click.pass_obj
def command(
    library: Path, /, kind: Kind, text: str, size: str, texts: tuple[str, ...], out: Path,
    **given: Any,
) -> int:  # fmt: skip
    """Draw a plot of the window into a file, with no display."""
    ranges = [parse_range(each) for each in texts]
    shown = {"state": parse_state(text), "size": parse_size(size), "ranges": ranges}
    click.echo(str(plot(kind, out, library=library, **shown, **given)))
    return 0
