"""Settings of learning paths, and of how far two courses teach the same."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat

from ptml.config import FrozenConfig

Share = Annotated[float, Field(ge=0, le=1)]


class OverlapConfig(FrozenConfig):
    """What of a course is left once another one was taken."""

    required_share: Share = 0.5
    """How far only those levels count that the role requires; the rest counts all that is new."""
    holds: Share = 0.62
    """Share of a completed course that is in use when the next one begins (Saks & Belcourt 2006:
    62 % of what is taught is applied at once). What does not hold is new a second time."""
    entry_reach_levels: NonNegativeFloat = 1.0
    """Who begins a course further than this under its entry in a competency is not taken to reach
    its end there: what comes later is as new as before."""
