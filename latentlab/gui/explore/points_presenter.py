"""From the lab to the points of the map: places, colours, legend, overlays, home view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Signal

from latentlab.core.projection import RawPlane
from latentlab.gui.explore import facts, legend_rules
from latentlab.gui.explore.home import home_view
from latentlab.gui.explore.overlays import Overlays
from latentlab.gui.explore.scene import (
    Facts,
    Offers,
    Scene,
    plane_note,
    resolve,
    short_plane_note,
)
from latentlab.gui.theme import theme
from latentlab.gui.widgets.latent_sliders import subscript
from latentlab.gui.widgets.map_bar import KEYS
from latentlab.gui.wiring import connect_slots

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.lab import Lab
    from latentlab.app.state import State
    from latentlab.core.projection import Plane
    from latentlab.gui.widgets.map_panel import MapPanel


class PointsPresenter(QObject):
    """Obeys lab and session; its widgets' intents become intents of the session."""

    shown = Signal()  # facts, plane or places are new
    drawn = Signal()  # all points are in the picture

    def __init__(self, lab: Lab, panel: MapPanel) -> None:
        super().__init__(panel)
        self._lab, self._panel = lab, panel
        self.facts: Facts | None = None
        self._offers = Offers()
        self._plane: Plane | None = None
        self._points: NDArray[np.float32] | None = None
        self._seen_model = ""
        self._kind: tuple[object, ...] = ()  # which plane it is, whatever it was fitted to
        self._overlays = Overlays(panel)
        self._connect()
        self.refresh()

    @property
    def ready(self) -> bool:
        """Whether there is a map."""
        return self.facts is not None and not self._panel.is_empty

    def is_settled(self) -> bool:
        """Whether all points are drawn, or there is nothing to draw."""
        lab = self._lab
        if self.ready:
            return self._panel.scatter.complete and self._plane is lab.plane
        loading = lab.model is not None and facts.is_loading(lab)
        return not loading

    def refresh(self) -> None:
        """Facts of the lab may be new: places first, then everything drawn at them."""
        lab = self._lab
        if lab.latents is None or lab.plane is None or lab.model is None:
            self._show_nothing()
            return
        points = lab.points
        assert points is not None
        if lab.plane.latent_size != points.shape[1]:
            return  # the plane of the new latents is on its way
        self.facts = facts.gather(lab)
        self._offers = facts.offers(lab, self.facts)
        if points is not self._points or lab.plane is not self._plane:
            self._place(points, lab.plane)
        self._draw()
        self.shown.emit()

    def _show_nothing(self) -> None:
        """While the same model is only read again, the map stays as it is."""
        lab = self._lab
        same = lab.model is not None and lab.model.id == self._seen_model
        if same and self.ready and facts.is_loading(lab):
            return
        self.facts = self._plane = self._points = None
        self._panel.show_empty(facts.why_empty(lab))
        self.shown.emit()

    def _place(self, points: NDArray[np.float32], plane: Plane) -> None:
        model = self._lab.session.state.model
        kind = _kind(plane)
        moved_on = model != self._seen_model or kind != self._kind
        self._seen_model, self._kind = model, kind
        self._plane, self._points = plane, points
        places = plane.project(points)
        self._panel.show_points(places)
        self._panel.plot.set_titles(*_axis_titles(plane))
        self._panel.bar.note.set_full_text(plane_note(plane), short=short_plane_note(plane))
        home = QRectF(*home_view(places))
        self._panel.plot.set_home(home, go=moved_on or self._panel.plot.at_home)
        if moved_on:
            self._panel.plot.drop_region()

    def _draw(self) -> None:
        assert self.facts is not None
        state = self._lab.session.state
        scene = resolve(self.facts, state.map, state.selection, _rgb("muted"), _rgb("accent"))
        self._panel.show_scene(scene, self.facts.ramp)
        self._panel.bar.show_view(state.map, self._offers, sampled=state.sampled)
        self._scene: Scene = scene
        self._overlays.draw(self._lab, scene)

    # -- wiring --------------------------------------------------------------------------------

    def _connect(self) -> None:
        lab, panel = self._lab, self._panel
        for signal in (lab.model_changed, lab.latents_changed, lab.plane_changed):
            signal.connect(self.refresh)
        lab.dataset_changed.connect(self.refresh)
        panel.scatter.drawn.connect(self.drawn)
        parts = {"bar": panel.bar, "legend": panel.legend, "plot": panel.plot}
        connect_slots(self, session=lab.session, theme=theme(), **parts)

    def _on_session_changed(self, new: State, old: State) -> None:
        same = new.map is old.map and new.selection is old.selection  # only the cursor moved
        if same or not self.ready or new.model != old.model:
            return
        if _looks(new) != _looks(old):
            self._draw()
        elif new.map != old.map:
            self._panel.bar.show_view(new.map, self._offers, sampled=new.sampled)

    def _on_theme_changed(self) -> None:
        if self.ready:
            self._draw()

    def _on_bar_switched(self, switch: str, on: bool) -> None:
        session = self._lab.session
        session.update(sampled=on) if switch == "sampled" else session.set_map(**{switch: on})

    def _on_bar_opacity_changed(self, opacity: float) -> None:
        self._lab.session.set_map(manifold_opacity=opacity)

    def _on_bar_plane_chosen(self, kind: str, across: int, up: int) -> None:
        self._lab.session.set_map(plane=kind, dims=(across, up))

    def _on_bar_colour_chosen(self, name: str) -> None:
        self._lab.session.set_map(colour_by=name)

    def _on_legend_toggled(self, label: int) -> None:
        view = self._lab.session.state.map
        classes = len(self._scene.legend)
        self._lab.session.set_map(**legend_rules.toggled(view, label, classes))

    def _on_legend_soloed(self, label: int) -> None:
        view = self._lab.session.state.map
        self._lab.session.set_map(**legend_rules.soloed(view, label))

    def _on_plot_key_pressed(self, key: str) -> None:
        if key in KEYS:
            self._panel.bar.switches[KEYS[key]].click()


def _axis_titles(plane: Plane) -> tuple[str, str]:
    """Numbers of z as everywhere in the window: z₁."""
    if not isinstance(plane, RawPlane):
        return plane.axis_titles
    across, up = (subscript("z", dim) for dim in plane.dims)
    return across, up if plane.latent_size > 1 else ""


def _kind(plane: Plane) -> tuple[object, ...]:
    if isinstance(plane, RawPlane):
        return "raw", plane.latent_size, plane.dims
    return "pca", plane.latent_size, plane.ranks


def _looks(state: State) -> tuple[object, ...]:
    """What the drawing of the points depends on: neither the cursor nor the tiles below."""
    tiles = {"manifold", "manifold_opacity"}
    return state.map.model_dump(exclude=tiles), state.selection


def _rgb(token: str) -> tuple[int, int, int]:
    color = theme().color(token)
    return color.red(), color.green(), color.blue()
