"""Settings of the second stage."""

from typing import Annotated

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from ptml.config import FrozenConfig

Share = Annotated[float, Field(gt=0, le=1)]


class RankerConfig(FrozenConfig):
    """How candidates are ranked a second time; docs/methods/second-stage.md has the figures."""

    enabled: bool = True
    """False = the first stage alone, and nothing is judged."""
    window_days: PositiveInt = 90
    """Days in which a choice makes a candidate a chosen one."""
    gap_days: NonNegativeInt = 7
    """Days between what is known and the first choice that counts."""
    n_days: Annotated[int, Field(ge=3)] = 7
    """Decision days: the last is held out, the one before stops the trees, the rest are learnt."""
    max_groups: PositiveInt = 8_000
    """People x decision days that are learnt from, and as many that stop the trees."""
    max_judged: PositiveInt = 10_000
    """People who are judged at the most."""
    min_groups: PositiveInt = 50
    """People with a chosen candidate below which a decision day is of no use."""
    per_source: PositiveInt = 50
    """Places from the top up to which a source proposes a course."""
    max_candidates: PositiveInt = 200
    """Candidates of a person, those that stand highest in any source first."""
    lately_days: PositiveInt = 180
    """A prerequisite completed, or a course opened, in this many days is news."""
    n_trees: PositiveInt = 300
    """Trees at the most."""
    patience: PositiveInt = 40
    """Trees without a gain on the later decision day after which no more are grown."""
    fewest_trees: PositiveInt = 40
    """Trees at the least, as far as they are grown: with few people the later day's figure is
    noisy."""
    n_leaves: Annotated[int, Field(ge=2)] = 6
    """Leaves of a tree."""
    learning_rate: PositiveFloat = 0.05
    """Part of each tree that counts."""
    min_rows_in_leaf: PositiveInt = 100
    """Pairs in a leaf at the least."""
    l2: NonNegativeFloat = 50.0
    """Pull of the leaves towards 0."""
    feature_share: Share = 0.5
    """Part of the features that each tree may use."""
    num_threads: PositiveInt = 1
    """Threads; the result is the same with any number."""
