"""Procedural faces whose attributes are known, for models that calculate with them."""

from __future__ import annotations

from pydantic import Field

from latentlab.data.entry import Decoded, Entry, Job, Options
from latentlab.data.faces import drawing, people

_BATCH = 32  # a layer of them stays in the processor's cache


class FacesOptions(Options):
    """How many, how large, and which."""

    count: int = Field(20_000, ge=1, le=1_000_000, description="Faces, each another person.")
    size: int = Field(32, ge=16, le=128, description="Pixels of a side.")
    seed: int = Field(0, ge=0, lt=2**32, description="Chooses the persons.")


def _decode(job: Job) -> Decoded:
    options = job.options
    assert isinstance(options, FacesOptions)
    attributes, chance = people.draw(options.count, options.seed)
    images = job.allocate((options.count, 3, options.size, options.size))
    for start in range(0, options.count, _BATCH):
        part = slice(start, start + _BATCH)
        images[part] = drawing.draw(attributes[part], chance[part], options.size)
        job.report(min(start + _BATCH, options.count), options.count)
    return Decoded(images, attributes=attributes, attribute_names=people.ATTRIBUTES)


ENTRY = Entry(
    name="faces",
    title="Faces",
    description="Drawn faces: smile, glasses, beard, long hair, hat, open mouth, and colours.",
    licence="MIT, drawn by latentlab",
    decode=_decode,
    count=20_000,
    shape=(3, 32, 32),
    options=FacesOptions,
)
