"""The base of every value that is written as JSON: frozen, and unknown keys are refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable, JSON-able value; equal when all fields are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")
