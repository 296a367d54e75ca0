"""Simulate: an organisation whose true effects are known, with the traps of real life."""

from ptml.simulate.config import SimulationConfig
from ptml.simulate.simulation import simulate

__all__ = ["SimulationConfig", "simulate"]
