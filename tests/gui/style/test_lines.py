"""Where cells lie: whole zooms where they fit, never too small to read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from latentlab.gui.style.lines import CLEAR, LARGEST, SMALLEST, Lines, fit

SIZES = st.integers(20, 2400)


def test_ten_by_ten_digits_in_the_usual_window() -> None:
    lines = fit(600, 450, 10, 10, 28, 1.0, 1.0)
    assert (lines.side, lines.gap, lines.size) == (56, 2, (578, 578))


def test_in_little_room_pixels_stay_whole_and_columns_go_on_beyond() -> None:
    many = fit(600, 450, 10, 62, 28, 1.0, 1.0)
    assert many.side == 28
    assert many.size[0] == 62 * 30 - 2
    assert fit(600, 450, 10, 62, 28, 1.0, 2.0).side == 56, "on a projector twice as large"
    assert fit(300, 300, 1, 10, 64, 1.0, 1.0).side == SMALLEST, "large pictures are shrunk"


def test_few_rows_are_larger_and_many_stay_clear() -> None:
    assert fit(2000, 900, 2, 5, 28, 1.0, 1.0).side == LARGEST
    assert fit(2000, 500, 5, 5, 28, 1.0, 1.0).side == 84
    assert fit(2000, 500, 100, 5, 28, 1.0, 1.0).side == CLEAR


@given(SIZES, SIZES, st.integers(0, 200), st.integers(1, 80), st.integers(1, 600),
       st.sampled_from([1.0, 1.5, 2.0]), st.sampled_from([1.0, 1.25, 2.0]))  # fmt: skip
def test_every_cell_is_found_where_it_lies(
    width: int, height: int, rows: int, columns: int, picture: int, ratio: float, scale: float
) -> None:
    lines = fit(width, height, rows, columns, picture, ratio, scale)
    assert lines.side > 0
    assert (lines.rows, lines.columns) == (rows, columns)
    for index in {0, columns - 1, rows * columns // 2, rows * columns - 1}:
        if 0 <= index < rows * columns:
            row, column = divmod(index, columns)
            x, y = column * lines.pitch + lines.side / 2, row * lines.pitch + lines.side / 2
            assert lines.cell_at(x, y) == index
            assert row in lines.seen(y, y + 1)


def test_between_and_beside_cells_there_is_none() -> None:
    lines = Lines(2, 3, 10.0, 2)
    assert lines.cell_at(5, 5) == 0
    assert lines.cell_at(12, 12) == 4
    for x, y in ((11, 5), (5, 11), (-1, 5), (5, -1), (36, 5), (5, 24)):
        assert lines.cell_at(x, y) is None
    assert list(lines.seen(-100, 5)) == [0]
    assert list(lines.seen(13, 900)) == [1]
    assert list(lines.seen(500, 900)) == []
