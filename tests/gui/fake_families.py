"""Descriptions of families whose settings drive `fake_trainer`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from latentlab.core.spec import Recipe


class Config(BaseModel):
    """What the fake trainer understands, and something to type into."""

    latent: int = Field(2, ge=1, le=64, description="Numbers in one latent.")
    steps: int | None = Field(None, ge=1, description="Ends by itself after so many steps.")
    refuse: str = Field("", description="The trainer refuses, with this sentence.")


def families() -> list[dict[str, object]]:
    config = {"schema": Config.model_json_schema(), "defaults": Config().model_dump()}
    recipe = {"schema": Recipe.model_json_schema(), "defaults": Recipe().model_dump()}
    fake = {"name": "vae", "title": "Fake VAE", "summary": "A fake.", "paper": "None, 2026"}
    other = {**fake, "name": "ae", "title": "Fake AE"}
    rest = {"capabilities": [], "loss_unit": "nats", "config": config, "recipe": recipe}
    presets = {"Large": {"latent": 20, "epochs": 60}}
    return [{**fake, **rest, "presets": presets}, {**other, **rest, "presets": {}}]
