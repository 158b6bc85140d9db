"""Films as Pillow and PyAV read them: frames, sizes, durations, and nothing held in memory."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from latentlab.app import export
from latentlab.app.export import films, frames_of, save_recipe_file
from latentlab.app.export.output import Watch
from latentlab.core.errors import ConfigError
from latentlab.core.recipe import Look, Motion, Recipe
from tests.app.export_recipes import decode, decode_colour, recipe, travel

if TYPE_CHECKING:
    from pathlib import Path

    from latentlab.app.export.render import Decode

BY_PILLOW = (".gif", ".webp", ".apng")
LOOK = Look(scale=4, gap=0)


def film(n: int = 6, look: Look = LOOK, **motion: float) -> Recipe:
    return recipe(travel(n), look=look, motion=Motion(**motion))


def by_pillow(path: Path) -> tuple[np.ndarray, list[int], Image.Image]:
    """Frames (n, H, W, 3), how long each stays in ms, and the opened file."""
    with Image.open(path) as image:
        shown, stay = [], []
        for frame in ImageSequence.Iterator(image):
            shown.append(np.asarray(frame.convert("RGB")))
            stay.append(round(frame.info["duration"]))
        return np.stack(shown), stay, image


def by_pyav(path: Path) -> tuple[np.ndarray, float, float]:
    """Frames (n, H, W, 3), seconds, and frames per second."""
    with av.open(str(path)) as opened:
        stream = opened.streams.video[0]
        shown = [frame.to_ndarray(format="rgb24") for frame in opened.decode(stream)]
        return np.stack(shown), opened.duration / av.time_base, float(stream.average_rate)


def expected(made: Recipe, how: Decode = decode) -> np.ndarray:
    """The frames as (n, H, W, 3)."""
    frames = np.stack(frames_of(made, how))
    return np.broadcast_to(frames, (len(frames), 3, *frames.shape[2:])).transpose(0, 2, 3, 1)


# -- GIF, WebP, APNG ---------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", BY_PILLOW)
@pytest.mark.parametrize("loop", [False, True])
def test_grey_films_are_exact_and_last_as_long_as_they_should(
    tmp_path: Path, suffix: str, loop: bool
) -> None:
    made = film(7, fps=12, loop=loop, back=True)
    path = save_recipe_file(tmp_path / f"a{suffix}", made, decode)
    shown, stay, image = by_pillow(path)
    np.testing.assert_array_equal(shown, expected(made))
    assert len(shown) == len(stay) == (12 if loop else 13)
    assert abs(sum(stay) - 1000 * len(shown) / 12) <= 10
    assert image.info.get("loop") == (0 if loop else None if suffix == ".gif" else 1)
    assert export.read_recipe(path) == made


@pytest.mark.parametrize("suffix", [".webp", ".apng"])
def test_colour_films_without_loss(tmp_path: Path, suffix: str) -> None:
    path = save_recipe_file(tmp_path / f"a{suffix}", film(), decode_colour)
    np.testing.assert_array_equal(by_pillow(path)[0], expected(film(), decode_colour))


def test_a_colour_gif_comes_near_with_its_256_colours(tmp_path: Path) -> None:
    path = save_recipe_file(tmp_path / "a.gif", film(), decode_colour)
    shown = by_pillow(path)[0].astype(int)
    assert np.abs(shown - expected(film(), decode_colour)).mean() < 5


@pytest.mark.parametrize("suffix", BY_PILLOW)
def test_equal_frames_stay_longer(tmp_path: Path, suffix: str) -> None:
    still = recipe(travel(4), travel(4), look=LOOK, motion=Motion(fps=10))
    held = still.model_copy(
        update={"rows": (travel(4).model_copy(update={"t": (0.0, 0.5, 0.5, 1.0)}),)}
    )
    shown, stay, _ = by_pillow(save_recipe_file(tmp_path / f"a{suffix}", held, decode))
    assert sum(stay) == 400
    assert len(shown) in {3, 4}


@given(n=st.integers(2, 400), fps=st.floats(0.5, 60), tick=st.sampled_from([1, 10]))
def test_rounded_durations_never_drift(n: int, fps: float, tick: int) -> None:
    stay = films.durations_ms(n, fps, tick)
    assert len(stay) == n
    assert all(duration % tick == 0 and duration >= 0 for duration in stay)
    ends = 1000 * np.arange(1, n + 1) / fps
    assert np.abs(np.cumsum(stay) - ends).max() <= tick / 2 + 1e-6


# -- MP4 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_mp4_has_every_frame_near_its_picture(
    tmp_path: Path, codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if codec == "mpeg4":
        others = set(av.codecs_available) - {"libx264"}
        monkeypatch.setattr(av, "codecs_available", others)
    made = film(31, fps=30, look=Look(scale=8, gap=0))
    path = save_recipe_file(tmp_path / "a.mp4", made, decode_colour)
    shown, seconds, rate = by_pyav(path)
    frames = expected(made, decode_colour)
    assert shown.shape == frames.shape
    assert rate == pytest.approx(30)
    assert seconds == pytest.approx(31 / 30, abs=0.02)
    assert np.abs(shown.astype(int) - frames).mean() < 20  # colours share a pixel of four
    with av.open(str(path)) as opened:
        assert opened.streams.video[0].codec_context.name == {"libx264": "h264"}.get(codec, codec)
        assert opened.streams.video[0].codec_context.pix_fmt == "yuv420p"
    assert export.read_recipe(path) == made


def test_grey_in_mp4_stays_grey_and_near(tmp_path: Path) -> None:
    made = film(5)
    shown, _, _ = by_pyav(save_recipe_file(tmp_path / "a.mp4", made, decode))
    errors = np.abs(shown.astype(int) - expected(made))
    assert errors.mean() < 4
    assert np.ptp(shown, axis=3).max() <= 4


@pytest.mark.parametrize("fps", [0.5, 23.976, 29.97, 60])
def test_frame_rates_are_kept(tmp_path: Path, fps: float) -> None:
    shown, seconds, rate = by_pyav(save_recipe_file(tmp_path / "a.mp4", film(4, fps=fps), decode))
    assert rate == pytest.approx(fps, rel=1e-4)
    assert seconds == pytest.approx(4 / fps, rel=0.02)
    assert len(shown) == 4


def test_odd_sides_get_one_more_line_of_ground(tmp_path: Path) -> None:
    look = Look(scale=3, gap=0, border=1, ground=200)  # 8 + 2 pixels by 3: even
    odd = recipe(travel(3), look=look.model_copy(update={"scale": 1, "gap": 1}), motion=Motion())
    made = odd.model_copy(update={"rows": (travel(3), travel(3))})  # 8 + 1 + 8 + 2 = 19 high
    shown, _, _ = by_pyav(save_recipe_file(tmp_path / "a.mp4", made, decode))
    assert shown.shape[1:3] == (20, 10)
    assert np.abs(shown[:, -1].astype(int) - 200).max() < 30


def test_the_same_film_is_the_same_file(tmp_path: Path) -> None:
    for suffix in BY_PILLOW:
        first, second = (
            save_recipe_file(tmp_path / f"{name}{suffix}", film(), decode).read_bytes()
            for name in "ab"
        )
        assert first == second


def test_the_same_mp4_shows_the_same_frames(tmp_path: Path) -> None:
    """Its encoder was once seen to give other bytes for the same frames."""
    first, second = (
        by_pyav(save_recipe_file(tmp_path / f"{name}.mp4", film(), decode))[0] for name in "ab"
    )
    assert first.shape == second.shape
    assert np.abs(first.astype(int) - second).max() < 30


# -- limits ------------------------------------------------------------------------------------


class Counted(Sequence[np.ndarray]):
    """Frames that remember how many of them were alive at once."""

    def __init__(self, n: int) -> None:
        self._n = n
        self._living: list[weakref.ref[np.ndarray]] = []
        self.most = 0

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, place: int) -> np.ndarray:  # type: ignore[override]
        if place >= self._n:
            raise IndexError(place)
        frame = np.full((1, 16, 16), place % 256, np.uint8)
        self._living = [*(old for old in self._living if old() is not None), weakref.ref(frame)]
        self.most = max(self.most, len(self._living))
        return frame


@pytest.mark.parametrize("suffix", [".webp", ".mp4"])
def test_frames_are_made_one_at_a_time(tmp_path: Path, suffix: str) -> None:
    frames = Counted(40)
    films.write_film(tmp_path / "a", suffix, frames, Motion(), "{}", Watch())
    assert frames.most <= 3


@pytest.mark.parametrize("suffix", films.ENDINGS)
def test_one_picture_is_no_film(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ConfigError, match="A film needs two pictures or more; choose 2 steps"):
        save_recipe_file(tmp_path / f"a{suffix}", film(1), decode)
    assert list(tmp_path.iterdir()) == []


class Huge(Sequence[np.ndarray]):
    """Many frames of a size, of which only the first is ever made."""

    def __init__(self, n: int, side: int) -> None:
        self._n, self._side = n, side

    def __len__(self) -> int:
        return self._n

    def __getitem__(self, place: int) -> np.ndarray:  # type: ignore[override]
        assert place == 0
        return np.zeros((1, 2, self._side), np.uint8)


@pytest.mark.parametrize(
    ("suffix", "n", "side", "words"),
    [
        (".gif", 2, 65_536, "more than GIF can hold"),
        (".webp", 2, 16_384, "more than WEBP can hold"),
        (".mp4", 2, 8_194, "too many for MP4"),
        (".gif", 100_000, 6_000, "choose MP4 or WebP"),
        (".apng", 100_000, 6_000, "choose MP4 or WebP"),
    ],
)
def test_films_beyond_their_format_are_one_sentence(
    tmp_path: Path, suffix: str, n: int, side: int, words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        films.write_film(tmp_path / "a", suffix, Huge(n, side), Motion(), "{}", Watch())
