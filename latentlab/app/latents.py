"""Kept while files that import it from here are being written: see engine/latents.py."""

from latentlab.engine.latents import Latents, load_latents

__all__ = ["Latents", "load_latents"]
