"""Everything the window can do, as one list of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from latentlab.app.actions import Action, Actions

if TYPE_CHECKING:
    from latentlab.gui.window import Window

_SCALE_STEP = 0.1


def build_actions(window: Window) -> Actions:
    """The list, without the tabs, which come later."""
    actions = Actions()
    for group in (_edit, _file, _view, _docks, _model, _help):
        actions.add(*group(window))
    return actions


def with_models(actions: Actions, window: Window) -> Actions:
    """The palette's list: all actions, and one for each model."""
    whole = Actions()
    whole.add(*actions)
    for card in window.lab.registry.cards():
        if card.manifest is not None and card.id != window.lab.session.state.model:
            whole.add(
                Action(
                    id=f"model.choose.{card.id}",
                    title=f"Choose {card.id}",
                    run=lambda name=card.id: window.lab.choose_model(name),
                    menu="Model",
                    help=f"Make {card.id} the current model.",
                    icon="mdi6.cube-outline",
                )
            )
    return whole


def _file(w: Window) -> tuple[Action, ...]:
    return (
        Action("file.import", "Import a model…", w.care.ask_import, "File",
               "Copy a model's zip file into your library.", "Ctrl+I", "mdi6.import"),
        Action("file.export", "Export the model…", lambda: w.care.export(w.model_id), "File",
               "Write the current model as one zip file.", "Ctrl+E",
               "mdi6.package-up", refusal=lambda: _needs_model(w)),
        Action("file.export_onnx", "Export the model as ONNX…",
               lambda: w.care.export_onnx(w.model_id), "File",
               "Write encoder and decoder for other programs, checked against the original.", "",
               "mdi6.swap-horizontal", refusal=lambda: _needs_usable(w)),
        Action("file.export_picture", "Export the picture…", lambda: w.act_on_picture("export"),
               "File", "Export the focused picture, else the Inspector's: picture, film, data.",
               "Ctrl+S", "mdi6.export", toolbar=True, refusal=lambda: _needs_picture(w)),
        Action("file.export_latents", "Export the latents…", w.export_latents, "File",
               "Write all encoded images of the model as numbers, npz or CSV.", "",
               "mdi6.table-arrow-right", refusal=lambda: _needs_latents(w)),
        Action("file.record", "Record the cursor", w.recorder.toggle, "File",
               "Record where the cursor goes; once more ends it and exports a film.", "Ctrl+R",
               "mdi6.record-circle-outline", refusal=lambda: _needs_picture(w),
               is_checked=lambda: w.recorder.is_on),
        Action("file.open_session", "Open session…", w.sessions.ask_open, "File",
               "Go on where a session file was saved; undo leads back.", "Ctrl+O",
               "mdi6.folder-open-outline"),
        Action("file.save_session", "Save session…", w.sessions.ask_save, "File",
               "Write cursor, pins, views and history as one JSON file.", "Ctrl+Shift+S",
               "mdi6.content-save-outline"),
        Action("file.preferences", "Preferences…", w.open_preferences, "File",
               "Colours, size, folders, device.", "Ctrl+,", "mdi6.cog-outline"),
        Action("file.quit", "Quit", w.close, "File",
               "Save the session and close; running trainings are asked about.", "Ctrl+Q",
               "mdi6.exit-to-app"),
    )  # fmt: skip


def _edit(w: Window) -> tuple[Action, ...]:
    history = w.lab.session.history
    return (
        Action("edit.undo", "Undo", w.lab.session.undo, "Edit", "Take back the last step.",
               "Ctrl+Z", "mdi6.undo", toolbar=True,
               refusal=lambda: "" if history.can_undo else "Nothing to undo."),
        Action("edit.redo", "Redo", w.lab.session.redo, "Edit", "Do the undone step again.",
               "Ctrl+Shift+Z", "mdi6.redo", toolbar=True,
               refusal=lambda: "" if history.can_redo else "Nothing to redo."),
        Action("edit.copy_picture", "Copy picture", lambda: w.act_on_picture("copy"), "Edit",
               "Copy the focused picture, else the Inspector's.", "Ctrl+C", "mdi6.content-copy",
               refusal=lambda: _needs_picture(w)),
        Action("edit.copy_command", "Copy as command", lambda: w.act_on_picture("command"), "Edit",
               "Copy the command line that makes the same picture.", "Ctrl+Shift+C",
               "mdi6.console", refusal=lambda: _needs_picture(w)),
        Action("edit.copy_python", "Copy as Python", lambda: w.act_on_picture("python"), "Edit",
               "Copy the lines of Python that make the same picture.", "",
               "mdi6.language-python", refusal=lambda: _needs_picture(w)),
        Action("edit.pin", "Pin this place", lambda: w.act_on_picture("pin"), "Edit",
               "Keep the cursor's place in the Tray.", "Ctrl+D", "mdi6.pin-outline",
               refusal=lambda: _needs_picture(w)),
    )  # fmt: skip


def _view(w: Window) -> tuple[Action, ...]:
    settings = w.lab.preferences
    return (
        Action("view.palette", "Command palette…", w.open_palette, "View",
               "Find any command, tab or model by its name.", "Ctrl+K", "mdi6.magnify",
               toolbar=True),
        Action("view.theme", "Light or dark", w.toggle_theme, "View",
               "Switch between the light and the dark theme.", "Ctrl+Shift+L",
               "mdi6.theme-light-dark", toolbar=True),
        Action("view.larger", "Larger", lambda: w.scale_by(_SCALE_STEP), "View",
               "Everything larger, up to 200 %.", "Ctrl++", "mdi6.magnify-plus-outline",
               refusal=lambda: "" if settings.settings.ui_scale < 2 else "200 % is the most."),
        Action("view.smaller", "Smaller", lambda: w.scale_by(-_SCALE_STEP), "View",
               "Everything smaller, down to 100 %.", "Ctrl+-", "mdi6.magnify-minus-outline",
               refusal=lambda: "" if settings.settings.ui_scale > 1 else "100 % is the least."),
        Action("view.smooth", "Smooth pictures", w.toggle_smooth, "View",
               "Interpolate between pixels instead of showing them as they are.", "",
               "mdi6.blur", is_checked=lambda: w.lab.session.state.smooth),
        Action("view.reset", "Reset the layout", w.dock_layout.reset, "View",
               "All panels back to their first places.", "", "mdi6.dock-window"),
    )  # fmt: skip


def tab_actions(w: Window) -> tuple[Action, ...]:
    """One for each tab, once they are known."""
    return tuple(
        Action(f"tab.{spec.name}", f"{spec.title} tab",
               lambda name=spec.name: w.lab.session.choose_tab(name), "View",
               f"Show the {spec.title} tab.", f"Ctrl+{number}" if number < 10 else "", spec.icon)
        for number, spec in enumerate(w.tabs.specs, 1)
    )  # fmt: skip


def _docks(w: Window) -> tuple[Action, ...]:
    keys = {"models": "F6", "inspector": "F7", "tray": "F8", "history": "F9"}
    return tuple(
        Action(f"panel.{name}", f"{dock.windowTitle()} panel",
               lambda name=name: w.toggle_dock(name), "View",
               f"Show or hide the {dock.windowTitle()} panel.", keys.get(name, ""),
               "mdi6.dock-left", is_checked=lambda dock=dock: not dock.isHidden())
        for name, dock in w.docks.items()
    )  # fmt: skip


def _model(w: Window) -> tuple[Action, ...]:
    return (
        Action("model.list", "Go to the models", w.focus_models, "Model",
               "Put the keyboard into the list of models.", "Ctrl+M", "mdi6.view-list-outline"),
        Action("model.folder", "Show the model's folder", lambda: w.care.show_folder(w.model_id),
               "Model", "Open the folder of the current model.", "", "mdi6.folder-outline",
               refusal=lambda: _needs_model(w)),
        Action("model.verify", "Verify the model", lambda: w.care.verify(w.model_id), "Model",
               "Compare every file of the current model with its hash.", "",
               "mdi6.shield-check-outline", refusal=lambda: _needs_model(w)),
        Action("model.remove", "Remove the model…", lambda: w.care.remove(w.model_id), "Model",
               "Delete the current model from your library.", "", "mdi6.trash-can-outline",
               refusal=lambda: _needs_own_model(w)),
        Action("model.rescan", "Look for new models", w.lab.rescan, "Model",
               "Read the library's folders again.", "F5", "mdi6.refresh"),
        Action("train.new", "Train a new model", lambda: w.lab.session.choose_tab("train"),
               "Train", "Open the Train tab.", "Ctrl+T", "mdi6.school-outline"),
    )  # fmt: skip


def _help(w: Window) -> tuple[Action, ...]:
    return (
        Action("help.shortcuts", "Keyboard shortcuts", w.open_shortcuts, "Help",
               "Every shortcut on one page.", "F1", "mdi6.keyboard-outline"),
        Action("help.menu", "Open the menu", w.open_menu, "Help",
               "All commands by their menus.", "F10", "mdi6.menu"),
        Action("help.about", "About latentlab", w.open_about, "Help",
               "Version, folders, licence.", "", "mdi6.information-outline"),
    )  # fmt: skip


def _needs_model(w: Window) -> str:
    return "" if w.model_id else "There is no model yet."


def _needs_usable(w: Window) -> str:
    usable = w.lab.model is not None and w.lab.model.is_usable
    return _needs_model(w) or ("" if usable else f"{w.model_id} has no weights yet.")


def _needs_latents(w: Window) -> str:
    there = w.lab.latents is not None
    return _needs_model(w) or ("" if there else f"{w.model_id} has no encoded images.")


def _needs_own_model(w: Window) -> str:
    shipped = w.lab.model is not None and w.lab.model.shipped
    return _needs_model(w) or (f"{w.model_id} ships with latentlab." if shipped else "")


def _needs_picture(w: Window) -> str:
    return "" if w.has_picture() else "No picture is shown."
