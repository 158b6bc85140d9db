"""Running moments, and a Gaussian for the codes of models that have no prior of their own."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class Moments:
    """Count, mean and covariance of rows as they pass, kept on their device without a sync.

    Sums are taken about the first batch's mean, so that float32 does not cancel.
    """

    def __init__(self) -> None:
        self.count = 0
        self._sums: dict[str, Tensor] = {}  # shift (d,), total (d,), products (d, d)

    @torch.no_grad()
    def add(self, rows: Tensor) -> None:
        """Take in rows (batch, d)."""
        if not self._sums:
            zeros = rows.new_zeros(rows.shape[1])
            products = rows.new_zeros(rows.shape[1], rows.shape[1])
            self._sums = {"shift": rows.mean(0), "total": zeros, "products": products}
        centred = rows - self._sums["shift"]
        self._sums["total"].add_(centred.sum(0))
        self._sums["products"].addmm_(centred.T, centred)
        self.count += len(rows)

    def mean(self) -> Tensor:
        """(d,) of all rows so far; at least one batch must have passed."""
        return self._sums["shift"] + self._sums["total"] / self.count

    def covariance(self) -> Tensor:
        """(d, d), divided by the count: the maximum likelihood estimate."""
        offset = self._sums["total"] / self.count
        return (self._sums["products"] / self.count).addr_(offset, offset, alpha=-1)

    def state_dict(self) -> dict[str, Any]:
        """The sums, for an exact resume."""
        return {"count": self.count, "sums": self._sums}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """The inverse of `state_dict`."""
        self.count = state["count"]
        self._sums = {name: sums.clone() for name, sums in state["sums"].items()}


class CodeGaussian(nn.Module):
    """A Gaussian with full covariance that stands in for a prior: N(0, I) until it is fitted.

    Ex-post density estimation: Ghosh et al. 2020, arXiv:1903.12436, section 4.
    """

    mean: Tensor  # (latent,)
    root: Tensor  # (latent, latent), root @ root.T is the covariance

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(latent))
        self.register_buffer("root", torch.eye(latent))

    def fit(self, codes: Moments) -> None:
        """Take over the moments of codes, whose covariance may be singular."""
        values, vectors = torch.linalg.eigh(codes.covariance().double().cpu())
        # The symmetric root moves smoothly from epoch to epoch: fixed noise keeps its pictures.
        self.root.copy_(vectors * values.clamp(min=0.0).sqrt() @ vectors.T)
        self.mean.copy_(codes.mean())

    def sample(self, n: int, generator: torch.Generator) -> Tensor:
        """Draws, (n, latent), on the device of the buffers."""
        noise = torch.randn(n, len(self.mean), generator=generator, device=generator.device)
        return self.mean + noise.to(self.mean.device) @ self.root.T
