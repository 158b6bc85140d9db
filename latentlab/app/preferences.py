"""What a person set once and for all: theme, scale, folders, device, the window's place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self

from psygnal import Signal
from pydantic import Field

from latentlab.app import documents
from latentlab.core import paths
from latentlab.core.values import Value

if TYPE_CHECKING:
    from pathlib import Path


class Settings(Value):
    """The document of `preferences.json`."""

    version: Literal[1] = 1
    theme: Literal["system", "light", "dark"] = Field("system", description="Colours.")
    ui_scale: float = Field(1.0, ge=1.0, le=2.0, description="Size of everything, for projectors.")
    library: str = Field("", description="Folder of your models; empty: the usual place.")
    data: str = Field("", description="Folder that holds datasets; empty: the usual place.")
    device: str = Field("auto", description="Where models run: auto, cpu, cuda, cuda:1, mps.")
    geometry: str = ""  # of the window, opaque
    layout: str = ""  # of its docks, opaque
    export_folder: str = ""  # of the last file that was exported
    export_formats: dict[str, str] = Field({}, description="Last ending by kind of export.")
    seen: tuple[str, ...] = ()  # hints that were shown and need not come again


class Preferences:
    """Holds the Settings and their file. Belongs to one thread."""

    changed = Signal(Settings, Settings)  # new, old

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()

    @property
    def settings(self) -> Settings:
        """The document as it is now."""
        return self._settings

    def update(self, **fields: Any) -> None:
        """Change settings; raises pydantic.ValidationError on values out of range."""
        checked = Settings(**fields)
        new = self._settings.model_copy(update={name: getattr(checked, name) for name in fields})
        if new != self._settings:
            old, self._settings = self._settings, new
            self.changed.emit(new, old)

    @classmethod
    def restore(cls, path: Path | None = None) -> tuple[Self, str]:
        """Preferences of a file, and one sentence when it had to be set aside."""
        settings, problem = documents.read(path or default_path(), Settings)
        return cls(settings), problem

    def save(self, path: Path | None = None) -> None:
        """Write the file, whole or not at all; raises OSError."""
        documents.write(path or default_path(), self._settings)


def default_path() -> Path:
    """Where preferences live on this machine."""
    return paths.settings() / "preferences.json"
