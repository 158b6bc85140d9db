"""Everything about a run that can be checked before its folder exists."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from math import ceil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import torch

from latentlab import data, models
from latentlab.core.errors import ConfigError, DataError
from latentlab.core.manifest import DataRecord, Manifest
from latentlab.core.spec import Recipe, TrainSpec
from latentlab.engine import checkpoint, device

if TYPE_CHECKING:
    from latentlab.data.dataset import Dataset
    from latentlab.models.family import Family, FamilyConfig, LatentModel


@dataclass(frozen=True)
class Plan:
    """A checked TrainSpec: what will be trained, on what, where. The model is on the CPU yet."""

    spec: TrainSpec
    family: Family[Any, Any]
    config: FamilyConfig
    recipe: Recipe
    dataset: Dataset
    record: DataRecord
    device: torch.device
    threads: int
    model: LatentModel

    @property
    def batches(self) -> int:
        """Steps per epoch; the last batch may be smaller."""
        return ceil(self.record.train_images / self.recipe.batch_size)

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.recipe.epochs * self.batches

    @property
    def default_name(self) -> str:
        """An id made from data, family and latent size: "mnist-vae-20"."""
        latent = "x".join(map(str, self.model.latent_shape))
        source = self.dataset.name.split("?")[0].replace("\\", "/").rpartition(":")[2]
        return f"{PurePosixPath(source).stem}-{self.family.name}-{latent}"


def prepare(spec: TrainSpec) -> Plan:
    """Check a spec and build its model; raises ConfigError, DataError or DeviceError."""
    family = models.get(spec.family)
    config = models.parse_config(family, spec.config)
    recipe = models.parse_recipe(family, spec.recipe)
    family.check(config, recipe)
    if spec.threads is not None and spec.threads < 1:
        raise ConfigError(f"threads is {spec.threads}; choose at least 1")
    chosen = device.choose(spec.device)
    dataset = data.load(spec.data)
    record = describe_data(dataset)
    _check_size(record, recipe)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(recipe.seed)
        model = family.build(config, checkpoint.data_shape(record))
    threads = device.trainer_threads(spec.threads)
    return Plan(spec, family, config, recipe, dataset, record, chosen, threads, model)


def spec_of(manifest: Manifest, where: str, threads: int | None) -> TrainSpec:
    """The spec that trains this model again."""
    return TrainSpec(
        family=manifest.family,
        config=manifest.config,
        recipe=manifest.recipe,
        data=manifest.data.name,
        device=where,
        threads=threads,
        name=manifest.title,
        parents=manifest.parents,
    )


def describe_data(dataset: Dataset) -> DataRecord:
    """What a model must remember of its dataset."""
    sizes = {f"{name}_images": len(indices) for name, indices in dataset.splits.items()}
    return DataRecord(
        name=dataset.name,
        title=dataset.title,
        content_hash=dataset.content_hash,
        shape=dataset.shape,
        label_names=dataset.label_names,
        attribute_names=dataset.attribute_names,
        licence=dataset.licence,
        **sizes,
    )


def draft_manifest(plan: Plan, folder_name: str) -> Manifest:
    """The manifest of a run that is about to begin."""
    return Manifest(
        id=folder_name,
        title=plan.spec.name or f"{plan.record.title} {plan.family.title}",
        family=plan.family.name,
        family_title=plan.family.title,
        config=plan.config.model_dump(mode="json"),
        recipe=plan.recipe.model_dump(mode="json"),
        capabilities=tuple(sorted(plan.family.abilities(plan.config))),
        latent_shape=plan.model.latent_shape,
        data=plan.record,
        parameters=sum(p.numel() for p in plan.model.parameters()),
        seed=plan.recipe.seed,
        device=device.title(plan.device, plan.threads),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        parents=plan.spec.parents,
        versions=versions(),
    )


def versions() -> dict[str, str]:
    """What computed this."""
    try:
        own = version("latentlab")
    except PackageNotFoundError:  # run from a checkout that is not installed
        own = "unknown"
    return {
        "latentlab": own,
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def _check_size(record: DataRecord, recipe: Recipe) -> None:
    count = record.train_images
    if count == 0:
        raise DataError(
            f"{record.title} has no training images; choose a dataset whose train split has some"
        )
    if recipe.batch_size > count:
        raise ConfigError(
            f"The batch size ({recipe.batch_size}) is larger than the {count} training "
            f"image{'' if count == 1 else 's'} of {record.title}; choose at most {count}"
        )
