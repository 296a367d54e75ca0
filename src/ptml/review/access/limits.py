"""How many requests one account or address may make in a minute, counted in this process.

Several processes each count for themselves: then the limit is so many times what it is set to.
Attempts to sign in are counted in the database as well (`ptml.review.access.knocks`).
"""

from dataclasses import dataclass, field

_MOST_KNOWN = 100_000


@dataclass
class RateLimit:
    """A bucket of tokens for each who asks, filled up evenly.

    Attributes
    ----------
    per_minute : int
    """

    per_minute: int
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def allows(self, who: str, seconds: float) -> bool:
        """Whether a request at a moment of a steady clock is answered."""
        left, last = self._left.get(who, (float(self.per_minute), seconds))
        left = min(float(self.per_minute), left + (seconds - last) * self.per_minute / 60)
        is_allowed = left >= 1
        if len(self._left) >= _MOST_KNOWN and who not in self._left:
            # Whoever fills the memory with addresses empties the list, not the machine.
            self._left.clear()
        self._left[who] = (left - 1 if is_allowed else left, seconds)
        return is_allowed
