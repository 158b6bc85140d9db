"""What the sheet comes to: decoded large, and around it the same with a little noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from latentlab.gui.arithmetic.amount import Amount
from latentlab.gui.arithmetic.named import NamedImage, NamedSheet
from latentlab.gui.arithmetic.sizes import whole
from latentlab.gui.stylesheet import set_look
from latentlab.gui.theme import theme
from latentlab.gui.widgets.elided import ElidedLabel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIDDLE = 4  # of the neighbourhood
_USUAL, _LARGE = (140, 36, 156), (196, 56, 212)  # picture, neighbour, card: pixels at 100 %
NOTHING = "Fill the baskets: the result appears here"


class ResultCard(QFrame):
    """Emits intents, obeys `show_*`."""

    noise_moved = Signal(float)
    noise_released = Signal()
    noise_wanted = Signal()  # another one

    def __init__(self) -> None:
        super().__init__()
        self.title, self.words = QLabel("result"), ElidedLabel()
        self.picture = NamedImage(name="result", pinnable=True)
        self.around = NamedSheet(name="result with noise", columns=3, pinnable=True)
        self.noise = Amount(
            "Noise", (0, 1), typed=(0, 4), step=0.05, wide=24,
            tip="Of the pictures around the result: each number of z is moved by up to so much",
        )  # fmt: skip
        self.again = QToolButton()
        self._pixels, self._sizes = 28, _USUAL
        self._build()
        self.noise.moved.connect(self.noise_moved)
        self.noise.released.connect(self.noise_released)
        self.again.clicked.connect(self.noise_wanted)
        theme().changed.connect(self._restyle)
        self._restyle()

    def show_pictures(
        self, result: NDArray[np.uint8] | None, around: NDArray[np.uint8] | None
    ) -> None:
        """The result (C, H, W), and nine pictures, itself in the middle; None: nothing yet."""
        self.picture.set_hint(NOTHING)
        self.picture.show_picture(result)
        self.around.show_pictures(around)

    def show_words(self, words: str, *, is_problem: bool = False) -> None:
        """What the classifier sees in it, or why there is none."""
        set_look(self.words, "error" if is_problem else "small")
        self.words.set_full_text(words)

    def show_pixels(self, pixels: int) -> None:
        """The side of the model's pictures, in their own pixels."""
        if pixels != self._pixels:
            self._pixels = pixels
            self._restyle()

    def show_large(self, *, large: bool) -> None:
        """Larger pictures, where there is room for them."""
        self._sizes = _LARGE if large else _USUAL
        self._restyle()

    def _build(self) -> None:
        set_look(self, "card")
        set_look(self.title, "title")
        set_look(self.again, "quiet")
        self.setAccessibleName("Result")
        policy = self.around.sizePolicy()
        policy.setHeightForWidth(False)
        self.around.setSizePolicy(policy)
        self.again.setAccessibleName("New noise")
        self.again.setToolTip("Other noise around the result")
        foot = QHBoxLayout()
        foot.addWidget(self.noise, 1)
        foot.addWidget(self.again)
        self._column = QVBoxLayout(self)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addWidget(self.words, 1)
        self._column.addLayout(head)
        self._column.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self.around, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        self._column.addLayout(foot)

    def _restyle(self) -> None:
        px, ratio = theme().px, self.devicePixelRatioF()
        self._column.setContentsMargins(px(6), px(4), px(6), px(6))
        self._column.setSpacing(px(4))
        large, small, wide = self._sizes
        self.setFixedWidth(px(wide))
        side = round(min(whole(self._pixels, large, ratio), px(wide - 12)))
        self.picture.setFixedSize(side, side)
        cell = min(whole(self._pixels, small, ratio), (px(wide - 12) - 2 * px(2)) / 3)
        across = round(3 * cell + 2 * px(2))
        self.around.setFixedSize(across, across)
        self.again.setIcon(theme().icon("mdi6.dice-5-outline", "dim"))
        self.again.setIconSize(QSize(px(15), px(15)))
        self.again.setFixedSize(px(24), px(24))


def equals() -> QWidget:
    """The sign between the terms and the result."""
    sign = QLabel("=")
    sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
    set_look(sign, "large")
    return sign
