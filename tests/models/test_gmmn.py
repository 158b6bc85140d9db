"""The GMMN: its two stages, what stays still in each, and what it can do in either space."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from latentlab.core.errors import ConfigError, ModelError
from latentlab.core.spec import Recipe
from latentlab.models._matching import MatchingLearner
from latentlab.models._mmd import KERNELS, root_mmd, scale_of
from latentlab.models.family import DataShape
from latentlab.models.gmmn import FAMILY, Gmmn, GmmnConfig

SHAPE = DataShape(1, 8, 8)
SMALL: dict[str, Any] = {"latent": 4, "noise": 6, "width": 32, "matcher_width": 32, "depth": 1}
TRAINED = ("encoder", "decoder", "matcher")


def gmmn(**settings: Any) -> tuple[Gmmn, GmmnConfig]:
    torch.manual_seed(0)
    config = GmmnConfig(**{**SMALL, **settings})
    return FAMILY.build(config, SHAPE), config


def bars(n: int, seed: int = 0) -> Tensor:
    """Pictures of one bright column each, any of eight: eight modes."""
    at = torch.randint(8, (n,), generator=torch.Generator().manual_seed(seed))
    x = torch.zeros(n, 1, 8, 8)
    x[torch.arange(n), 0, :, at] = 1
    return x


def steps(model: Gmmn, config: GmmnConfig, count: int, **recipe: Any) -> Any:
    learner = FAMILY.learner(model, config, Recipe(learning_rate=5e-3, **recipe), count)
    return learner, torch.Generator().manual_seed(1)


def values(part: nn.Module | None) -> list[Tensor]:
    assert part is not None
    return [parameter.detach().clone() for parameter in part.parameters()]


def moved(before: list[Tensor], part: nn.Module | None) -> bool:
    return any(not torch.equal(*pair) for pair in zip(before, values(part), strict=True))


def drawn_columns(model: Gmmn) -> Tensor:
    """Mean brightness of the eight columns of 400 samples, (400, 8)."""
    noise = torch.Generator().manual_seed(4)
    with torch.no_grad():
        return model.eval().decode(model.sample_prior(400, noise)).mean((1, 2))


def test_each_stage_moves_its_own_networks_and_leaves_the_others_exactly() -> None:
    model, config = gmmn(code_share=0.5)
    learner, noise = steps(model, config, 8, weight_decay=0.1)
    for wanted in ({"encoder", "decoder"}, {"matcher"}):
        before = {name: values(getattr(model, name)) for name in TRAINED}
        for i in range(4):
            learner.step(bars(16, seed=i), None, noise)
        assert {name for name in TRAINED if moved(before[name], getattr(model, name))} == wanted


@pytest.mark.parametrize(("share", "steps_of_codes"), [(0.5, 50), (0.001, 1), (0.999, 100)])
def test_the_share_says_how_many_steps_go_to_codes(share: float, steps_of_codes: int) -> None:
    model, config = gmmn(code_share=share)
    learner = FAMILY.learner(model, config, Recipe(), 100)
    assert isinstance(learner, MatchingLearner)
    assert learner.first == steps_of_codes


def test_the_learning_rate_falls_once_in_either_stage() -> None:
    model, config = gmmn(code_share=0.5)
    learner, _ = steps(model, config, 100)
    rates = [learner.plan_rate(Recipe(), 100)(step) for step in (0, 25, 49, 50, 75, 99)]
    assert rates == pytest.approx([1.0, 0.5, 0.0, 1.0, 0.5, 0.0], abs=1e-2)


def test_the_loss_is_the_sum_of_terms_of_which_one_waits() -> None:
    model, config = gmmn(code_share=0.5)
    learner, noise = steps(model, config, 40)
    told = [learner.step(bars(16, seed=i), None, noise) for i in range(40)]
    assert list(told[0]) == ["loss", "reconstruction", "mmd"]
    for losses in told:
        assert float(losses["loss"]) == pytest.approx(
            float(losses["reconstruction"] + losses["mmd"]), rel=1e-5
        )
    assert len({float(losses["mmd"]) for losses in told[:20]}) == 2, "at steps 0 and 10"
    assert len({float(losses["mmd"]) for losses in told[20:]}) == 20
    assert len({float(losses["reconstruction"]) for losses in told[20:]}) == 2


@pytest.mark.parametrize("kernel", list(KERNELS))
def test_samples_of_codes_show_all_that_the_data_show(kernel: str) -> None:
    """Eight bars, none of them rare; an untrained maker of codes leaves some out."""
    model, config = gmmn(kernel=kernel)
    learner, noise = steps(model, config, 500)
    for i in range(500):
        learner.step(bars(64, seed=i), None, noise)
    columns = drawn_columns(model)
    shares = columns.argmax(1).bincount(minlength=8) / 400
    assert float(columns.amax(1).median()) > 0.7, "most are bars"
    assert float(shares.min()) > 0.02
    assert float(shares.max()) < 0.3
    model.matcher = gmmn(kernel=kernel)[0].matcher
    assert not drawn_columns(model).argmax(1).bincount(minlength=8).all()


def test_pixels_have_no_encoder_and_say_so() -> None:
    model, config = gmmn(space="pixels")
    assert FAMILY.abilities(config) == {"decode", "sample"}
    assert FAMILY.abilities(GmmnConfig()) == {"encode", "decode", "sample"}
    with pytest.raises(ModelError, match=r"matches pixels has no encoder.+space=codes"):
        model.encode(bars(1))
    noise = torch.Generator().manual_seed(0)
    draws = model.sample_prior(1000, noise)
    assert draws.shape == (1000, 4)
    assert float(draws.std()) == pytest.approx(1.0, abs=0.05)


def test_pixels_learn_by_the_same_distance() -> None:
    model, config = gmmn(space="pixels", width=64)
    learner, noise = steps(model, config, 60)
    told = [learner.step(bars(64, seed=i), None, noise) for i in range(60)]
    assert list(told[0]) == ["loss"]
    assert float(told[-1]["loss"]) < 0.7 * float(told[0]["loss"])


def test_the_mismatch_is_that_of_codes_with_samples() -> None:
    model, _ = gmmn()
    x = bars(32)
    with torch.no_grad():
        codes, made = model.encode(x).mu, model.sample_prior(32, torch.Generator().manual_seed(2))
        found = model.mismatch(x, torch.Generator().manual_seed(2))
    wanted = root_mmd(made, codes, KERNELS["rational"], scale_of(codes))
    assert float(found) == pytest.approx(float(wanted), rel=1e-4)


def test_a_batch_of_one_picture_harms_nothing() -> None:
    """The last batch of an epoch may be one."""
    model, config = gmmn(code_share=0.5)
    learner, noise = steps(model, config, 4)
    told = [learner.step(bars(1, seed=i), None, noise) for i in range(4)]
    assert all(value.isfinite() for losses in told for value in losses.values())
    assert all(tensor.isfinite().all() for tensor in model.state_dict().values())


def test_batches_of_one_are_refused_in_words() -> None:
    with pytest.raises(ConfigError, match=r"compares whole batches .+ the batch size is 1; 500"):
        FAMILY.check(GmmnConfig(), Recipe(batch_size=1))
    FAMILY.check(GmmnConfig(), Recipe(batch_size=2))
