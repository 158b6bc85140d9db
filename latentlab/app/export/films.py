"""Films as files: GIF, WebP and APNG by Pillow, MP4 by PyAV; each frame is made when written.

WebP and MP4 are written frame by frame; of GIF and APNG, Pillow holds all frames until the end.
Equal frames that follow each other become one that stays longer, except in MP4.
"""

from __future__ import annotations

from fractions import Fraction
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
from PIL import Image

from latentlab.app.export import metadata, pictures
from latentlab.core import images
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from av.video.stream import VideoStream

    from latentlab.app.export.output import Watch
    from latentlab.core.images import Pixels
    from latentlab.core.recipe import Motion

ENDINGS = (".gif", ".webp", ".apng", ".mp4")

_MOST_HELD = 1_000_000_000  # bytes of frames that Pillow may hold
_GIF_TICK_MS = 10  # a GIF counts its time in hundredths of a second
_RATE_LIMIT = 1001  # denominators of a film's frame rate: 30000/1001 is one
_MOST_SIDE = 8192  # pixels: what players of H.264 take
_QUALITY = {"libx264": {"crf": "16", "preset": "medium"}, "mpeg4": {"qmin": "1", "qmax": "3"}}


def write_film(
    path: Path,
    suffix: str,
    frames: Sequence[Pixels],
    motion: Motion,
    recipe: str,
    watch: Watch,
    ground: int = 0,
) -> None:
    """Two frames (C, H, W) or more of one size to `path`, whose kind `suffix` says.

    `recipe` is its text; `ground` fills what MP4's even sides need. Raises ConfigError, OSError,
    and ExportCancelledError from `watch`.
    """
    if len(frames) < 2:
        raise ConfigError("A film needs two pictures or more; choose 2 steps, or a still picture.")
    if suffix == ".mp4":
        _write_mp4(path, frames, motion, recipe, watch, ground)
    else:
        kind = {".apng": "PNG"}.get(suffix) or pictures.format_of(suffix)
        _write_by_pillow(path, kind, frames, motion, recipe, watch)


def durations_ms(count: int, fps: float, tick_ms: int = 1) -> list[int]:
    """How long each frame stays, in whole ticks; rounding never adds up over the film."""
    ends = [round(1000 * (i + 1) / fps / tick_ms) * tick_ms for i in range(count)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


# -- Pillow ------------------------------------------------------------------------------------


class _Film(Image.Image):
    """Frames as Pillow's own multi-frame images give them: by `seek`, one at a time."""

    is_animated = True

    def __init__(self, frames: Sequence[Pixels], watch: Watch) -> None:
        super().__init__()
        self._frames = frames
        self._watch = watch
        self._furthest = 0
        self.n_frames = len(frames)
        self._show(0)

    def seek(self, frame: int) -> None:
        """Show another frame; raises EOFError behind the last one."""
        if frame >= self.n_frames:
            raise EOFError
        if frame != self._place:
            self._furthest = max(frame, self._furthest)
            self._watch.at(self._furthest, self.n_frames)
            self._show(frame)

    def tell(self) -> int:
        """The place of the frame that is shown."""
        return self._place

    def _show(self, frame: int) -> None:
        shown = Image.fromarray(images.interleave(self._frames[frame]))
        self.im, self._mode, self._size = shown.im, shown.mode, shown.size
        self._place = frame


class _Watched:
    """A file to write, which asks before each write whether the work goes on."""

    def __init__(self, file: IO[bytes], ask: Callable[[], None]) -> None:
        self._file = file
        self._ask = ask

    def write(self, data: bytes) -> int:
        """As the file does."""
        self._ask()
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _write_by_pillow(
    path: Path, kind: str, frames: Sequence[Pixels], motion: Motion, recipe: str, watch: Watch
) -> None:
    first = frames[0]
    pictures.check_side(first.shape[-2:], kind)
    if kind != "WEBP" and first.size * len(frames) > _MOST_HELD:
        raise ConfigError(
            f"{len(frames)} frames of {first.shape[2]} x {first.shape[1]} pixels are too many for "
            "a GIF or APNG; choose MP4 or WebP, or a smaller scale."
        )
    film = _Film(frames, watch)
    with path.open("wb") as file:
        watched = cast("IO[bytes]", _Watched(file, watch.check))
        film.save(watched, kind, save_all=True, **_settings(kind, len(frames), motion, recipe))


def _settings(kind: str, count: int, motion: Motion, recipe: str) -> dict[str, Any]:
    known = metadata.settings(kind, recipe)
    tick = _GIF_TICK_MS if kind == "GIF" else 1
    known["duration"] = durations_ms(count, motion.fps, tick)
    if kind == "WEBP":
        known |= {"lossless": True, "method": 2, "quality": 50}
    if motion.loop or kind != "GIF":  # a GIF without the word plays once
        known["loop"] = 0 if motion.loop else 1
    return known


# -- PyAV --------------------------------------------------------------------------------------


def _write_mp4(
    path: Path, frames: Sequence[Pixels], motion: Motion, recipe: str, watch: Watch, ground: int
) -> None:
    """H.264 in 4:2:0, which every player knows, or MPEG-4 where PyAV has no x264."""
    import av

    _channels, height, width = frames[0].shape
    if max(height, width) > _MOST_SIDE:
        raise ConfigError(
            f"{width} x {height} pixels are too many for MP4, {_MOST_SIDE:,} along a side; "
            "choose a smaller scale."
        )
    rate = Fraction(motion.fps).limit_denominator(_RATE_LIMIT)
    codec = _codec()
    with av.open(str(path), "w", format="mp4", options={"movflags": "use_metadata_tags"}) as film:
        film.metadata[KEY] = recipe
        added = film.add_stream(codec, rate=rate, options=_QUALITY[codec])
        stream = cast("VideoStream", added)
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1  # the same bytes on any number of cores
        for i, frame in enumerate(frames):
            watch.at(i, len(frames))
            film.mux(stream.encode(av.VideoFrame.from_ndarray(_even(frame, ground))))
        film.mux(stream.encode())


def _codec() -> str:
    import av

    return "libx264" if "libx264" in av.codecs_available else "mpeg4"


def _even(frame: Pixels, ground: int) -> Pixels:
    """Colour (H, W, 3) with even sides: a column and a row of `ground` are added where needed."""
    colour = np.broadcast_to(frame, (3, *frame.shape[1:])).transpose(1, 2, 0)
    odd = ((0, frame.shape[1] % 2), (0, frame.shape[2] % 2), (0, 0))
    return np.ascontiguousarray(np.pad(colour, odd, constant_values=ground))
