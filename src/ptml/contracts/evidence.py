"""What a fitted model says of itself: held-out figures, checks and curves, as rows of one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

EvidenceKind = Literal["metric", "curve", "check", "setting"]


@dataclass(frozen=True)
class Evidence:
    """One finding about a model.

    Attributes
    ----------
    model : str
        ``recommend``, ``lift`` or ``transfer``.
    kind : str
        ``metric`` (a held-out figure), ``check`` (a figure with a bound and a verdict), ``curve``
        (points to draw, in ``payload``) or ``setting``.
    name : str
        Stable name, snake case.
    value, low, high : float or None
        The figure and its interval (95 % unless ``payload`` says otherwise).
    bound : float or None
        What a check compares ``value`` with.
    verdict : str or None
        ``pass``, ``fail`` or ``not_judged`` for a check.
    payload : mapping
        JSON-ready details: points of a curve, settings, a note in words.
    """

    model: str
    kind: EvidenceKind
    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    bound: float | None = None
    verdict: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_refusal(self) -> bool:
        """Whether this is a check that a model must pass and did not: it is not registered."""
        return self.verdict == "fail" and bool(self.payload.get("must_pass"))
