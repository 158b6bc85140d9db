"""What one does with a picture of a square sheet: go to it, keep it, take it along; Qt-free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from latentlab.app import proposals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from latentlab.app.exports import Proposal
    from latentlab.app.lab import Lab
    from latentlab.core.label import Label


class Square(Protocol):
    """A sheet of as many rows as columns."""

    @property
    def z(self) -> NDArray[np.float32]:
        """Latents, (side, side, latent)."""

    @property
    def label(self) -> Label:
        """What is told of all of them."""

    @property
    def model(self) -> str:
        """The id of the model that they belong to."""


S = TypeVar("S", bound=Square)


class SquarePictures(Generic[S]):
    """Pictures of a sheet are counted row by row."""

    def __init__(self, lab: Lab, name: str) -> None:
        """`name` tells in the names of files which sheet it was."""
        self._lab, self._name = lab, name
        self.sheet: S | None = None

    def latent(self, index: int) -> NDArray[np.float32] | None:
        """Z of a picture, (latent,)."""
        sheet = self.sheet
        if sheet is None or not 0 <= index < len(sheet.z) ** 2:
            return None
        z: NDArray[np.float32] = sheet.z[divmod(index, len(sheet.z))]
        return z

    def go_to(self, index: int) -> None:
        """The cursor to a picture of the sheet, with its label."""
        z = self.latent(index)
        if z is not None and self.sheet is not None:
            self._lab.session.move_cursor(z.tolist(), label=self.sheet.label)

    def pin(self, index: int) -> None:
        """Keep a picture of the sheet, with its label."""
        z = self.latent(index)
        if z is not None and self.sheet is not None:
            self._lab.session.pin(z.tolist(), label=self.sheet.label)

    def picture_proposal(self, index: int) -> Proposal | None:
        """One picture, ready to leave."""
        sheet, z = self.sheet, self.latent(index)
        if sheet is None or z is None:
            return None
        name = f"{sheet.model}-{self._name}-{index + 1}"
        return proposals.of_latents(self._lab, name, z, label=sheet.label)
