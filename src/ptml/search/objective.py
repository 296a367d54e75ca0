"""What settings are judged by: folds that the search sees, and folds that it never sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ptml.search.gain import Gain

FloatArray = NDArray[np.float64]
Settings = Mapping[str, Any]
"""Values by dotted key of the settings tree."""


class Judge(Protocol):
    """One fold: settings are learnt from one part of the data and judged on another."""

    @property
    def name(self) -> str:
        """What it judges on, in words."""
        ...

    def judge(self, settings: Settings, seed: int) -> FloatArray:
        """Learn with settings, keys counted from the model's part; give a value a case, (n,)."""
        ...

    def gain(self, values: FloatArray, rival: FloatArray) -> Gain:
        """How much better values (n,) are than a rival's on the same cases."""
        ...

    def level(self, values: FloatArray) -> float:
        """How good values (n,) are by themselves, in the measure of the objective."""
        ...


@dataclass(frozen=True)
class Objective:
    """How a model's settings are judged.

    Attributes
    ----------
    part : str
        Part of the settings tree that the model learns by, such as ``lift``.
    measure : str
        What is judged, with its unit, in words.
    gain_unit : str
        Unit of a gain.
    folds : tuple of Judge
        What the search sees; the cheapest to be judged on comes first.
    unseen : tuple of Judge
        What winner and default are judged on again.
    untouched : str
        What neither sees, in words.
    """

    part: str
    measure: str
    gain_unit: str
    folds: tuple[Judge, ...]
    unseen: tuple[Judge, ...]
    untouched: str

    def own(self, settings: Settings) -> Settings:
        """The settings with keys counted from the model's part."""
        head = f"{self.part}."
        return {key.removeprefix(head): value for key, value in settings.items()}
