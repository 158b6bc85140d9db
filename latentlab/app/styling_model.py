"""Style transfer of an opened model: from references to a sheet. Blocking, for Python and cli."""

from __future__ import annotations

import logging
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from latentlab import data
from latentlab.app import endpoints, named_ends, sheets, transfer
from latentlab.app.endpoints import Endpoint
from latentlab.app.given_arrays import reference_of
from latentlab.app.opened_model import OpenedModel
from latentlab.app.recipe_calls import usual_columns
from latentlab.app.registry import Registry
from latentlab.app.transfer import Source, Transfer
from latentlab.app.transfer_sheet import StyleSheet
from latentlab.app.transfer_sources import Reader
from latentlab.core import label as labels
from latentlab.core.errors import ConfigError, DataError
from latentlab.core.recipe import Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from latentlab.app.registry import ModelCard
    from latentlab.app.transfer_columns import Blend, Column, Reach
    from latentlab.app.transfer_sources import Judge
    from latentlab.core.label import Given, Label
    from latentlab.engine.leakage import Leakage

    Where = str | Endpoint | ArrayLike
    Mix = tuple[int | str, int | str, float]

log = logging.getLogger(__name__)


class StylingModel(OpenedModel):
    """A model whose label can be changed while its style stays."""

    def transfer(
        self,
        sources: Where | Sequence[Where],
        labels: str | Sequence[Given] = transfer.ALL,
        strength: float = 1.0,
        blend: str | Mix | None = None,
        *,
        label: Given = None,
    ) -> StyleSheet:
        """The style of each source under every label: rows are styles, columns labels.

        A source that is a picture stands before its row; on a sheet with captions its own label
        is framed. Kingma et al. 2014, arXiv:1406.5298, figure 1 (b).

        Args:
            sources: One reference, z (latent,) or picture (C, H, W), or several in a list.
            labels: "all", names or places with commas between, or a list of them; of attributes
                "Smiling,Male+Smiling,none": what a column has switched on.
            strength: Factor of z, 0 to 3: 0 is the usual style, 1 that of the source.
            blend: A column more that mixes two labels: "1:7:0.5" or (1, 7, 0.5), the share is of
                the second.
            label: Told of sources without a label of their own; default: what a classifier of
                the model's data sees in a picture.

        Raises:
            ModelError: The model takes no label. ConfigError: An unknown label, an empty drawing,
                a picture that nobody has a label for.
        """
        transfer.require_labels(self.manifest, self._conditional_models())
        transfer.require_strength(strength)
        chosen, mixed = self._columns(labels), self._blend(blend)
        seen, reach = transfer.seen_labels(self._latents), self._reach
        columns = transfer.columns(self.manifest, chosen, mixed, seen=seen, reach=reach)
        rows = self._sources(sources, label)
        matrix = Transfer(self.manifest, rows, columns, strength)
        given = {place for place, row in enumerate(rows) if _is_given(row)}
        made = matrix.recipe_rows(given, on_cpu=self._on_cpu)
        named = named_ends.transfer(
            self._recipe(made, look=_look(made)), matrix, chosen, mixed, given=given, reach=reach,
            on_cpu=self._on_cpu,
        )  # fmt: skip
        decode = lambda z, told: self._codec.decode(z, told, alone=True)  # noqa: E731
        return StyleSheet(named, decode, matrix, self._yardstick, self._judge, self._leakage)

    # -- inside --------------------------------------------------------------------------------

    def _columns(self, given: str | Sequence[Given]) -> tuple[Column, ...] | None:
        if isinstance(given, str):
            return transfer.read_columns(given, self.manifest, reach=self._reach)
        return transfer.columns(self.manifest, [self._column(each) for each in given])

    def _column(self, given: Given) -> Column | Label:
        if isinstance(given, str):
            return transfer.read_column(given, self.manifest, reach=self._reach)
        return labels.one(given, self.manifest)

    def _blend(self, given: str | Mix | None) -> Blend | None:
        if given is None or isinstance(given, str):
            return None if given is None else transfer.read_blend(given, self.manifest)
        first, second, share = given
        return transfer.read_blend(f"{first}:{second}:{share}", self.manifest)

    def _sources(self, given: Where | Sequence[Where], label: Given) -> tuple[Source, ...]:
        alone = isinstance(given, str | Endpoint | np.ndarray)
        several: Sequence[Any] = [given] if alone else list(given)  # type: ignore[arg-type]
        if not several:
            raise ConfigError("No source is given; name at least one picture or latent.")
        told = labels.one(label, self.manifest)
        if told is not None and not labels.fits(told, self.manifest):
            names = ", ".join(self.manifest.told_names[:12])
            raise ConfigError(f"{self.manifest.title} knows no label {told}; it has {names}.")
        pins = any(isinstance(each, str) and each.startswith("pin:") for each in several)
        reader = Reader(
            self._codec, self.manifest, self._latents,
            endpoints.saved_pins() if pins else (), told, self._judge, cache(data.load),
        )  # fmt: skip
        from latentlab.engine.device import using_threads

        with using_threads(1):  # so that a picture always has the same z
            return tuple(self._source(each, reader) for each in several)

    def _source(self, where: Where, reader: Reader) -> Source:
        if isinstance(where, Endpoint):
            return Source(where, where.told)
        text = where if isinstance(where, str) else reference_of(np.asarray(where), self.manifest)
        return reader.source(text)

    def _conditional_models(self) -> list[str]:
        """Ids of models that styles can be transferred with."""
        return transfer.conditional_models(Registry(self._library).cards())

    @cached_property
    def _yardstick(self) -> ModelCard | None:
        by_attributes = self.manifest.is_told_attributes
        return Registry(self._library).yardstick(self.manifest, attributes=by_attributes)

    @property
    def _judge(self) -> Judge | None:
        """What the classifier sees; it is opened when it is first asked."""
        return None if self._yardstick is None else self._see

    def _see(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        probabilities: NDArray[np.float32] = self._classifier.judge(pictures)[0]
        return probabilities

    @cached_property
    def _classifier(self) -> Any:
        from latentlab.engine.codec import Codec  # imports torch

        assert self._yardstick is not None  # `_judge` has looked
        return Codec.open(self._yardstick.folder, self._codec.device.type)

    def _leakage(self) -> Leakage | None:
        """How much of the label can be read from the encoded images; None where none are."""
        from latentlab.engine.leakage import leakage

        known = self._latents
        if known is None:
            return None
        try:
            told: NDArray[Any] | None = known.labels
            if self.manifest.is_told_attributes:
                told = None if self._attributes is None else self._attributes[known.indices]
            count = len(self.manifest.told_names)
            return None if told is None else leakage(known.mu, told, count)
        except (ConfigError, DataError) as error:  # one label only; the data is elsewhere
            log.info("no probe of z: %s", error)
            return None

    @cached_property
    def _reach(self) -> Reach | None:
        """Smallest and largest of each attribute, where the data is here."""
        if not self.manifest.is_told_attributes:
            return None
        try:
            found = self._attributes
        except DataError as error:  # 0 and 1 will do
            log.info("attributes are not here: %s", error)
            return None
        return None if found is None else (found.min(0), found.max(0))

    @cached_property
    def _attributes(self) -> NDArray[np.float32] | None:
        """Of all images of the model's data (n, k); None where other data has its name."""
        dataset = data.load(self.manifest.data.name)
        same = dataset.content_hash == self.manifest.data.content_hash
        return dataset.attributes if same else None


def _is_given(source: Source) -> bool:
    """Whether its label was said by whoever asked."""
    return source.own is not None and not source.endpoint.is_own and not source.is_guess


def _look(rows: Sequence[Any]) -> Look:
    return Look(scale=sheets.USUAL_SCALE, columns=usual_columns(rows))
