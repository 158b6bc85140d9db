"""The conditional VAE that completes pictures: what it is told is a part of the picture itself.

Sohn, Lee & Yan 2015, "Learning Structured Output Representation using Deep Conditional Generative
Models", eq. 4: maximise, over which quadrants of a picture are seen, drawn afresh at each step,

    E_q(z|x, y) [log p(unseen|z, y)] - beta KL(q(z|x, y) || p(z|y)),

y being the seen part. Unlike that of the other conditional VAE here, the prior p(z|y) is a network
(section 4.1). One model serves every choice of quadrants; only unseen pixels are counted.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor

from latentlab.core import quadrants
from latentlab.core.errors import ConfigError
from latentlab.models._blocks import make_encoder
from latentlab.models._learner import GradientLearner
from latentlab.models.family import Posterior
from latentlab.models.vae import Vae

if TYPE_CHECKING:
    from latentlab.core.spec import Recipe
    from latentlab.models.family import DataShape, Family, Losses
    from latentlab.models.vae import VaeConfig

SUMMARY = 128  # numbers that tell encoder and decoder what is seen
COLD = 0.1  # of all steps: until then the KL counts less than it should
MEANT = 64  # answers whose mean is shown


class Glance(NamedTuple):
    """What the prior network makes of the seen part."""

    prior: Posterior  # p(z|y)
    summary: Tensor  # (batch, SUMMARY): what encoder and decoder are told of it
    unseen: Tensor  # (batch, 1, H, W), 1 where a pixel is to be told


class Completer(Vae):
    """A VAE told a summary of the seen part, with a prior that is read from the same part.

    y (batch, C * H * W + 4): the picture with zeros where it is not seen, then for each quadrant
    whether it is seen, 0 or 1.
    """

    quarters: Tensor  # (4, H * W), 1 where a pixel is of that quadrant

    def __init__(self, config: VaeConfig, shape: DataShape) -> None:
        super().__init__(config, shape, SUMMARY)
        self.reads = "quadrants"
        sizes = (config.network, shape, config.width, config.depth)
        self.glancer = make_encoder(*sizes, 2 * config.latent + SUMMARY, quadrants.COUNT)
        self.shape = shape
        quarters = torch.from_numpy(quadrants.masks(shape.height, shape.width)).flatten(1).float()
        self.register_buffer("quarters", quarters, persistent=False)

    def hide(self, x: Tensor, seen: Tensor) -> Tensor:
        """Pictures (batch, C, H, W) in [0, 1] and seen quadrants (batch, 4), 0 or 1, to y."""
        return torch.cat([(x * self._mask(seen)).flatten(1), seen], 1)

    def glance(self, y: Tensor | None) -> Glance:
        """What y tells; raises ConfigError where nothing, or something of another width, is y."""
        if y is None or y.shape[1] != self.shape.pixels + quadrants.COUNT:
            raise ConfigError(
                "This model completes pictures: give it a picture and the quadrants that are seen."
            )
        pixels, seen = y[:, : -quadrants.COUNT], y[:, -quadrants.COUNT :]
        mask = self._mask(seen)
        # Grey where nothing is seen: between the -1 and 1 of ground and ink.
        shown = (2.0 * pixels.view(-1, *self.shape[:3]) - 1.0) * mask
        mu, logvar, summary = (
            self.glancer(shown, seen).float().split([*2 * self.latent_shape, SUMMARY], 1)
        )
        return Glance(Posterior(mu, logvar.clamp(-16.0, 8.0)), summary, 1.0 - mask)

    def encode(self, x: Tensor, y: Tensor | None = None) -> Posterior:
        """Whole pictures (batch, C, H, W) in [0, 1] and y to q(z|x, y)."""
        return self._recognised(x, self.glance(y))

    def decode(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Latents (batch, latent) and y to means of all pixels (batch, C, H, W) in (0, 1)."""
        return super().decode(z, self.glance(y).summary)

    def log_likelihood(self, observed: Tensor, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Log p(unseen|z, y) in nats, (batch,)."""
        return self._told_unseen(observed, z, self.glance(y))

    def complete(
        self, x: Tensor, seen: Tensor, n: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """Pictures (batch, C, H, W) in [0, 1] and seen quadrants (batch, 4): n answers to each.

        Gives (batch, n, C, H, W), where the seen part is as it was, and the mean of `MEANT`
        answers or more, (batch, C, H, W). The draws of z are the same for every picture.
        """
        found = self.glance(self.hide(x, seen))
        noise = torch.empty(max(n, MEANT), *self.latent_shape, device=x.device)
        noise.normal_(generator=generator)
        z = found.prior.mu[:, None] + found.prior.sigma[:, None] * noise  # (batch, n, latent)
        summary = found.summary[:, None].expand(-1, len(noise), -1)
        made = super().decode(z.flatten(0, 1), summary.flatten(0, 1))
        made = made.view(*z.shape[:2], *self.shape[:3])
        unseen = found.unseen[:, None]
        whole = unseen * made + (1.0 - unseen) * x[:, None]
        return whole[:, :n], whole.mean(1)

    def losses(
        self, x: Tensor, y: Tensor | None, generator: torch.Generator, warmth: float = 1.0
    ) -> Losses:
        """-log p(unseen|z, y) with one z, and the KL. Without y, quadrants are drawn at random.

        `warmth`, 0 to 1: of the KL in the loss.
        """
        found = self.glance(self.hide(x, any_seen(x, generator)) if y is None else y)
        observed = self.observe(x, generator)
        q = self._recognised(observed, found)
        reconstruction = -self._told_unseen(observed, q.sample(generator), found).mean()
        kl = divergence(q, found.prior).mean()
        return {
            "loss": reconstruction + warmth * self.beta * kl,
            "reconstruction": reconstruction,
            "kl": kl,
        }

    def elbo(self, observed: Tensor, generator: torch.Generator, y: Tensor | None = None) -> Tensor:
        """A bound on log p(unseen|y) from one z and the closed KL, (batch,), in nats."""
        found = self.glance(y)
        q = self._recognised(observed, found)
        return self._told_unseen(observed, q.sample(generator), found) - divergence(q, found.prior)

    def iwae(
        self, observed: Tensor, k: int, generator: torch.Generator, y: Tensor | None = None
    ) -> Tensor:
        """The tighter bound log 1/k sum_i p(unseen, z_i|y) / q(z_i|x, y): Sohn et al., eq. 8."""
        found = self.glance(y)
        return self._weighed(observed, self._recognised(observed, found), found, k, generator)

    def blind(self, observed: Tensor, k: int, generator: torch.Generator, y: Tensor) -> Tensor:
        """The same with z_i drawn from p(z|y), by one who has not seen x: Sohn et al., eq. 7."""
        found = self.glance(y)
        return self._weighed(observed, found.prior, found, k, generator)

    def _weighed(
        self, observed: Tensor, q: Posterior, found: Glance, k: int, generator: torch.Generator
    ) -> Tensor:
        weights = []
        for _ in range(k):
            z = q.sample(generator)
            log_ratio = log_density(z, found.prior) - log_density(z, q)
            weights.append(self._told_unseen(observed, z, found) + log_ratio)
        return torch.stack(weights).logsumexp(0) - log(k)

    def _recognised(self, x: Tensor, found: Glance) -> Posterior:
        return super().encode(x, found.summary)

    def _told_unseen(self, observed: Tensor, z: Tensor, found: Glance) -> Tensor:
        return (self.log_pixels(observed, z, found.summary) * found.unseen).flatten(1).sum(1)

    def _mask(self, seen: Tensor) -> Tensor:
        """Seen quadrants (batch, 4) as pixels, (batch, 1, H, W)."""
        mask: Tensor = seen @ self.quarters
        return mask.view(-1, 1, *self.shape[1:3])


class WarmingLearner(GradientLearner[Completer]):
    """The KL counts for more and more in the first steps (Bowman et al. 2016, arXiv:1511.06349).

    Without that the decoder, who is told what is seen, never begins to read z: measured on MNIST,
    all answers are alike and one seen quadrant costs 98.5 nats in place of 75.
    """

    def __init__(
        self, family: Family[Any, Any], model: Completer, recipe: Recipe, steps: int
    ) -> None:
        super().__init__(family, model, recipe, steps)
        self.cold_steps = max(1.0, COLD * steps)

    def objective(self, x: Tensor, y: Tensor | None, generator: torch.Generator) -> Losses:
        """As evaluated, but for the weight of the KL."""
        warmth = min(1.0, self.schedule.last_epoch / self.cold_steps)
        return self.model.losses(x, y, generator, warmth)


def any_seen(x: Tensor, generator: torch.Generator) -> Tensor:
    """Seen quadrants of each picture, (batch, 4), 0 or 1: one, two or three, all alike likely."""
    draws = torch.empty(len(x), quadrants.COUNT + 1, device=x.device).uniform_(generator=generator)
    count = 1 + (draws[:, :1] * (quadrants.COUNT - 1)).floor()
    return (draws[:, 1:].argsort(1) < count).float()


def divergence(q: Posterior, p: Posterior) -> Tensor:
    """KL(q || p) of diagonal Gaussians, (batch,), in nats."""
    assert q.logvar is not None
    assert p.logvar is not None
    spread = (q.logvar.exp() + (q.mu - p.mu).square()) / p.logvar.exp()
    return 0.5 * (p.logvar - q.logvar + spread - 1.0).sum(1)


def log_density(z: Tensor, q: Posterior) -> Tensor:
    """Log q(z), (batch,), but for the constant that all densities of one width share."""
    assert q.logvar is not None
    return -0.5 * ((z - q.mu).square() / q.logvar.exp() + q.logvar).sum(1)
