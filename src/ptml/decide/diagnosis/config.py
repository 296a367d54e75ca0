"""Where the diagnosis draws its lines."""

from typing import Annotated

from pydantic import Field, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig

Share = Annotated[float, Field(gt=0, lt=1)]


class DiagnosisConfig(FrozenConfig):
    """What counts as trouble, and how sure one has to be; docs/methods/needs-diagnosis.md."""

    worthwhile_points: PositiveFloat = 3.0
    """Points of performance that a cause has to cost a unit before it is a matter at all."""
    main_share: Annotated[float, Field(ge=0.5, lt=1)] = 0.5
    """Share of all that is lost from which on one cause is the main one."""
    least_strength: Share = 0.5
    """A cause that is less sure than this is called `unclear`."""
    clear_strength: Share = 0.8
    """From here on a unit's trouble is clear: its people are not sent to elective courses."""
    answer_reliability: Share = 0.5
    """How far answers (1-5) tell motivation: a single question is reliable to 0.7 (Wanous and Hudy
    2001), and asks for a part of what drives somebody."""
    skill_reliability: Share = 0.6
    """How far assessed levels tell skill: between tests (0.8) and a supervisor's rating (0.5;
    Viswesvaran, Ones and Schmidt 1996)."""
    prior_points: PositiveFloat = 5.0
    """What a standard deviation of any measure is thought to be worth before the data are seen:
    nought, give or take this many points."""
    min_units: PositiveInt = 8
    """With fewer units nothing can be told apart from chance: the rules of thresholds decide."""
    min_people: PositiveInt = 60
    """The same of people with a known score."""
    draws: Annotated[int, Field(ge=16, le=1024)] = 128
    """Readings of the evidence that are counted to make a strength."""
    asked_share: Annotated[float, Field(gt=0, le=1)] = 0.1
    """Share of a unit's people, and five of them at least, that makes a wish one of the unit."""
