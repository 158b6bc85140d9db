"""From a recipe to pixels: exact rows, sheets without surprises, films of one size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from latentlab.app.export import ExportCancelledError, captions, frames_of, picture_of, render
from latentlab.core import images
from latentlab.core.errors import ConfigError, LatentlabError
from latentlab.core.images import png_text
from latentlab.core.recipe import Blend, Latents, Look, Motion, Pictures, Travel
from latentlab.core.route import Route
from tests.app.export_recipes import blend, decode, decode_colour, recipe, travel

PLAIN = Look(gap=0)


def random_pictures(n: int, seed: int = 0, channels: int = 1, side: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (n, channels, side, side), np.uint8)


# -- rows --------------------------------------------------------------------------------------


@given(seed=st.integers(0, 999), t=st.lists(st.floats(0, 1), min_size=1, max_size=9))
def test_a_blend_is_the_mean_of_its_ends_rounded_once(seed: int, t: list[float]) -> None:
    a, b = random_pictures(2, seed)
    row = Blend(pictures=(png_text(a), png_text(b)), t=tuple(t))
    exact = [(1 - s) * a.astype(np.float64) + s * b.astype(np.float64) for s in t]
    np.testing.assert_array_equal(render.blend(row), np.rint(exact).astype(np.uint8))
    ends = render.blend(row.model_copy(update={"t": (0.0, 1.0)}))
    np.testing.assert_array_equal(ends, [a, b])


@given(stops=st.integers(2, 6), seed=st.integers(0, 99))
def test_a_chain_of_blends_meets_every_stop_in_even_time(stops: int, seed: int) -> None:
    pictures = random_pictures(stops, seed)
    t = tuple(i / (stops - 1) for i in range(stops))
    row = Blend(pictures=tuple(map(png_text, pictures)), t=t)
    np.testing.assert_array_equal(render.blend(row), pictures)


def test_a_blend_of_equal_pictures_never_moves() -> None:
    a = random_pictures(1)[0]
    row = Blend(pictures=(png_text(a), png_text(a)), t=tuple(np.linspace(0, 1, 64).tolist()))
    np.testing.assert_array_equal(render.blend(row), np.broadcast_to(a, (64, *a.shape)))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (Blend(pictures=(png_text(random_pictures(1)[0]),), t=(0.0,)), "at least two"),
        (
            Blend(pictures=tuple(png_text(random_pictures(1, side=n)[0]) for n in (3, 4)), t=(0,)),
            "different shape",
        ),
        (blend().model_copy(update={"t": ()}), "at least one t"),
        (blend().model_copy(update={"t": (float("nan"),)}), "numbers from 0 to 1"),
        (blend().model_copy(update={"pictures": ("?", "?")}), "no picture as base64"),
        (blend().model_copy(update={"pictures": ("AAAA", "AAAA")}), "no PNG"),
        (Latents(z=()), "nothing to show"),
        (Latents(z=((0.0, float("inf")),)), "not finite"),
        (Latents(z=((0.0,), (0.0, 1.0))), "differ in width"),
        (travel().model_copy(update={"t": ()}), "nothing to show"),
        (Pictures(pictures=()), "nothing to show"),
    ],
)
def test_rows_that_cannot_be_shown_say_why(row: render.recipe.Row, words: str) -> None:
    with pytest.raises(LatentlabError, match=words) as caught:
        picture_of(recipe(row), decode)
    assert "\n" not in str(caught.value)


def test_no_rows_are_nothing_to_show() -> None:
    with pytest.raises(ConfigError, match="no rows"):
        picture_of(recipe().model_copy(update={"rows": ()}), decode)


def test_latents_and_routes_are_decoded_where_they_say_with_their_label() -> None:
    row = travel(3, label=4)
    (shown,) = render.row_pictures(recipe(row), decode, render.Watch())
    np.testing.assert_array_equal(shown, decode(row.route.at(row.t), 4))
    same = Latents(z=tuple(map(tuple, row.route.at(row.t).tolist())), label=4)
    np.testing.assert_array_equal(render.pictures_of(same, decode), shown)
    assert [render.count_of(kind) for kind in (row, same, blend(7))] == [3, 3, 7]


def test_long_rows_tell_how_far_they_are_and_can_be_given_up() -> None:
    told: list[float] = []
    picture_of(recipe(travel(100), travel(50)), decode, told.append)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)
    assert len(told) > 5
    calls: list[int] = []

    def counted(z: np.ndarray, label: int | None) -> np.ndarray:
        calls.append(len(z))
        return decode(z, label)

    with pytest.raises(ExportCancelledError, match="cancelled"):
        picture_of(recipe(travel(1000)), counted, cancel=lambda: len(calls) == 2)
    assert len(calls) == 2


# -- sheets ------------------------------------------------------------------------------------


@given(
    rows=st.integers(1, 3), columns=st.integers(1, 4), channels=st.sampled_from([1, 3]),
    scale=st.integers(1, 3), gap=st.integers(0, 2), border=st.integers(0, 2),
)  # fmt: skip
def test_every_picture_stands_at_its_place(
    rows: int, columns: int, channels: int, scale: int, gap: int, border: int
) -> None:
    look = Look(scale=scale, gap=gap, border=border, ground=77)
    pictures = [random_pictures(columns, row, channels) for row in range(rows)]
    made = recipe(*[Pictures(pictures=tuple(map(png_text, row))) for row in pictures], look=look)
    sheet = picture_of(made, decode)
    size = [2 * border + n * (4 + gap) - gap for n in (rows, columns)]
    assert sheet.shape == (channels, size[0] * scale, size[1] * scale)
    inked = np.zeros(sheet.shape, bool)
    for r, row in enumerate(pictures):
        for c, picture in enumerate(row):
            top, left = ((border + i * (4 + gap)) * scale for i in (r, c))
            place = np.s_[:, top : top + 4 * scale, left : left + 4 * scale]
            np.testing.assert_array_equal(sheet[place], images.enlarge(picture, scale))
            inked[place] = True
    assert (sheet[~inked] == 77).all()


def test_a_single_row_wraps_and_leaves_the_rest_empty() -> None:
    pictures = random_pictures(5)
    row = Pictures(pictures=tuple(map(png_text, pictures)))
    made = recipe(row, look=Look(columns=2, ground=9))
    np.testing.assert_array_equal(picture_of(made, decode), images.tile(pictures, 2, 1, 9))


def test_grey_and_colour_small_and_large_share_a_sheet() -> None:
    grey, colour = random_pictures(1, 1, 1, 2), random_pictures(1, 2, 3, 4)
    made = recipe(
        Pictures(pictures=(png_text(grey[0]),)), Pictures(pictures=(png_text(colour[0]),)),
        look=Look(gap=0, ground=50),
    )  # fmt: skip
    sheet = picture_of(made, decode)
    assert sheet.shape == (3, 8, 4)
    np.testing.assert_array_equal(sheet[:, 4:], colour[0])
    np.testing.assert_array_equal(sheet[:, 1:3, 1:3], np.broadcast_to(grey[0], (3, 2, 2)))
    assert (sheet[:, 0] == 50).all()
    mixed = recipe(Pictures(pictures=(png_text(grey[0]), png_text(colour[0]))), look=PLAIN)
    assert picture_of(mixed, decode).shape == (3, 4, 8)


def test_smooth_pictures_do_not_bleed_into_their_neighbours() -> None:
    black_white = np.stack([np.zeros((1, 4, 4), np.uint8), np.full((1, 4, 4), 255, np.uint8)])
    row = Pictures(pictures=tuple(map(png_text, black_white)))
    sheet = picture_of(recipe(row, look=Look(gap=0, scale=5, smooth=True)), decode)
    np.testing.assert_array_equal(sheet, images.tile(images.enlarge(black_white, 5), 2))
    hard, soft = (
        picture_of(recipe(look=Look(scale=5, smooth=smooth)), decode) for smooth in (False, True)
    )
    assert hard.shape == soft.shape
    assert (hard != soft).any()
    assert len(np.unique(soft)) > len(np.unique(hard))


def test_a_picture_of_one_pixel_is_a_picture() -> None:
    pixel = Pictures(pictures=(png_text(np.full((1, 1, 1), 200, np.uint8)),))
    np.testing.assert_array_equal(picture_of(recipe(pixel), decode), [[[200]]])
    large = picture_of(recipe(pixel, look=Look(scale=64, border=1, captions=True)), decode)
    assert large.shape[1] >= 3 * 64


def test_sheets_beyond_reason_are_refused_before_they_are_made() -> None:
    made = recipe(travel(400), look=Look(scale=64))
    with pytest.raises(ConfigError, match=r"too many for one picture; choose a scale of 1 to \d+"):
        picture_of(made, decode)


# -- captions ----------------------------------------------------------------------------------


def captioned(*titles: str, n: int = 4, **look: int) -> tuple[np.ndarray, np.ndarray]:
    """A sheet without captions and with them."""
    rows = [travel(n, title) for title in titles]
    plain, told = (
        picture_of(recipe(*rows, look=Look(captions=on, **look)), decode) for on in (False, True)
    )
    return plain, told


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_captions_stand_around_the_pictures_and_can_be_read(ground: int) -> None:
    plain, told = captioned("latent", scale=4, ground=ground)
    height, width = plain.shape[1:]
    np.testing.assert_array_equal(told[:, -height:, -width:], plain)
    beside, above = told[:, -height:, :-width], told[:, :-height, -width:]
    darker = ground >= 128
    for margin in (beside, above):
        change = margin.astype(int) - ground
        assert (change <= 0).all() if darker else (change >= 0).all()
        assert np.abs(change).max() > 80
        assert (change == 0).mean() > 0.5


def test_captions_grow_with_the_scale_and_without_titles_take_no_room_beside() -> None:
    small, large = (captioned("a", scale=scale) for scale in (10, 20))
    margins = [told.shape[1] - plain.shape[1] for plain, told in (small, large)]
    assert margins[1] > 1.5 * margins[0] > 0
    plain, told = captioned("", scale=4)
    assert told.shape[2] == plain.shape[2]


def test_each_line_of_a_wrapped_row_counts_on() -> None:
    look = Look(columns=3, captions=True, scale=4, gap=0)
    once = picture_of(recipe(travel(3, ""), look=look), decode)
    twice = picture_of(recipe(travel(6, ""), look=look), decode)
    strip = once.shape[1] - 8 * 4
    assert twice.shape[1] == 2 * once.shape[1]
    first, second = twice[:, :strip], twice[:, once.shape[1] :][:, :strip]
    np.testing.assert_array_equal(first, once[:, :strip])
    assert (first != second).any()


def test_numbers_that_do_not_fit_are_left_out() -> None:
    wide, narrow = (captioned("", n=12, scale=scale)[1] for scale in (4, 1))
    strips = [told[0, : told.shape[1] - 8 * scale] for told, scale in ((wide, 4), (narrow, 1))]
    inked = [np.flatnonzero(strip.max(axis=0) > 100) for strip in strips]
    groups = [1 + int((np.diff(columns) > 5).sum()) for columns in inked]
    assert groups[0] == 12
    assert 1 < groups[1] < 12


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("β-VAE", "beta-VAE"),
        ("Σ², Müller → x", "sigma2, Muller -> x"),
        ("中", "?"),
        ("two\nlines\x00", "two lines "),
        ("x" * 60, "x" * 37 + "..."),
        ("", ""),
    ],
)
def test_titles_are_spelled_in_the_letters_of_the_font(text: str, spelled: str) -> None:
    assert captions.plain(text) == spelled


@given(st.text())
def test_any_title_can_be_drawn(text: str) -> None:
    told = captions.plain(text)
    assert told.isascii()
    assert told.isprintable()
    assert len(told) <= 40


# -- films -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("motion", "order"),
    [
        (None, [0, 1, 2, 3]),
        (Motion(back=True), [0, 1, 2, 3, 2, 1]),
        (Motion(back=True, loop=False), [0, 1, 2, 3, 2, 1, 0]),
    ],
)
def test_a_film_goes_forth_and_back(motion: Motion | None, order: list[int]) -> None:
    made = recipe(travel(4), look=PLAIN, motion=motion)
    frames = frames_of(made, decode)
    assert render.order_of(made) == order
    row = render.pictures_of(made.rows[0], decode)
    np.testing.assert_array_equal(list(frames), row[order])
    np.testing.assert_array_equal(frames[1:3], row[1:3])


def test_the_shorter_row_waits_at_its_end_and_all_frames_have_one_size() -> None:
    made = recipe(
        travel(12, "way"), blend(2, "two"), look=Look(captions=True, scale=2), motion=Motion()
    )
    frames = frames_of(made, decode)
    assert len(frames) == 12
    assert len({frame.shape for frame in frames}) == 1
    assert (frames[0] != frames[5]).any()
    lower = frames[0].shape[1] // 2 + 12
    np.testing.assert_array_equal(frames[1][:, lower:], frames[11][:, lower:])


def test_films_have_colours() -> None:
    route = Route(knots=((0.0, 0.0), (1.0, 1.0)), join="arc")
    frames = frames_of(recipe(Travel(route=route, t=(0, 1)), look=PLAIN), decode_colour)
    assert frames[0].shape == (3, 8, 8)
