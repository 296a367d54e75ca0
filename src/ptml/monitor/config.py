"""Settings of monitoring."""

from typing import Annotated

from pydantic import Field, PositiveInt

from ptml.config import FrozenConfig

Share = Annotated[float, Field(gt=0, lt=1)]


class MonitorConfig(FrozenConfig):
    """What counts as a change, and how often a false call to action is accepted."""

    false_alarm_rate: Share = 0.05
    """Share of weekly runs that may call to action though nothing has changed; .05 = one in 20."""
    window_days: PositiveInt = 14
    """Newest days that are held against the past; longer where they hold too few rows."""
    min_rows: PositiveInt = 30
    """Rows below which the values of a column are not judged."""
    min_volume_change: Annotated[float, Field(gt=0)] = 0.4
    """Smallest change of a table's rows that counts, as a share of what was expected."""
    min_distance: Share = 0.15
    """Smallest distance between two distributions that counts (largest gap of the cumulative)."""
    unit_ratio: Annotated[float, Field(gt=1)] = 5.0
    """A middle that moved so many times over is another unit of the export: no people change so."""
    min_feature_gap: Share = 0.25
    """The same for a feature of people, which moves slowly by itself as histories grow."""
    min_share: Share = 0.005
    """Smallest rise of a share of odd values that counts."""
    min_calibration_gap: Share = 0.08
    """Smallest difference of promised and seen shares of weak transfer that counts."""
    min_fade_points: Annotated[float, Field(gt=0)] = 1.0
    """Smallest loss of a course's effect that counts, points."""
    grace_days: PositiveInt = 10
    """Days that a table may be later than it ever was."""
    max_people: PositiveInt = 1500
    """People whose features are looked at; a fixed sample of larger companies."""
    min_group: PositiveInt = 20
    """People below whom a group is not told of."""
