"""What tests of style sheets share: models that are told labels, and one that judges."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.helpers import write_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from latentlab.app.lab import Lab

CODEC = [sys.executable, str(Path(__file__).parent.parent / "gui" / "fake_codec.py")]
ABLE = ("encode", "decode", "label", "sample")
RECORD: dict[str, Any] = {
    "name": "mnist", "title": "Digits", "content_hash": "0" * 64, "shape": (1, 8, 8),
    "label_names": ("0", "1", "2"), "test_images": 60,
}  # fmt: skip
LABELS = ("label:0", "label:1", "label:2")


def write_models(library: Path) -> None:
    """A conditional model, one by attributes, one without an encoder, a plain one, a classifier."""
    write_model(library, "told", capabilities=ABLE, data=RECORD)
    by = {**RECORD, "attribute_names": ("big", "red")}
    write_model(library, "by-attributes", capabilities=ABLE, data=by,
                config={"condition": "attributes"})  # fmt: skip
    gan = write_model(library, "gan", capabilities=("decode", "label", "sample"), data=RECORD)
    without_latents(gan)
    write_model(library, "plain", data=RECORD)
    write_classifier(library)


def write_classifier(library: Path, name: str = "judge") -> Path:
    """One that knows the same data."""
    return write_model(
        library, name, capabilities=("encode", "classify"), family="classifier", data=RECORD
    )


def without_latents(folder: Path) -> None:
    """As a model that encodes nothing has none."""
    import json

    (folder / "latents.safetensors").unlink()
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["files"]["latents.safetensors"]
    path.write_text(json.dumps(manifest))


def told_classes(pictures: np.ndarray[Any, Any]) -> list[int]:
    """Which class the fake codec was told of each picture."""
    from tests.gui.fake_codec import SEEN

    found: list[int] = (pictures[:, 0, -1, -2].astype(int) - SEEN).tolist()
    return found


def first_numbers(lab: Lab) -> list[int]:
    """The first number of z of each row, as the fake codec paints it."""
    styles = lab.styles
    assert styles.pictures is not None
    assert styles.drawn_sheet is not None
    columns = len(styles.drawn_sheet.columns)
    return [int(value) for value in styles.pictures[::columns, 0, 0, 0]]


def drawn_of(lab: Lab, references: Sequence[str]) -> bool:
    """Whether what is shown are these rows, as they are now."""
    styles = lab.styles
    names = tuple(row.reference for row in styles.sources)
    return names == tuple(references) and styles.is_settled and styles.drawn_sheet is styles.sheet
