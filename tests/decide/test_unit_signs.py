from typing import Any

import numpy as np

from ptml.contracts.outputs import CAUSES
from ptml.decide.causes import CauseConfig
from ptml.decide.unit_signs import NeedsConfig, UnitFigures, unit_signs

LOW: dict[str, float] = {"share_below_target": 0.8, "score_spread": 10.0, "usual_spread": 10.0}
WELL: dict[str, float] = {**LOW, "share_below_target": 0.4}


def cause(**known: Any) -> str:
    figures = UnitFigures(
        **{
            name: np.array([known.get(name, np.nan)], dtype=np.float64)
            for name in UnitFigures.__dataclass_fields__
        }
    )
    return CAUSES[unit_signs(figures, NeedsConfig(), CauseConfig()).cause[0]]


def test_incidents_with_the_whole_unit_low_are_a_matter_of_the_environment() -> None:
    assert cause(incident_hours_per_head=6.0, **LOW) == "environment"


def test_so_is_the_want_of_an_occasion_to_use_what_was_learned() -> None:
    assert cause(opportunity=2.4, **LOW) == "environment"


def test_trouble_in_a_unit_that_performs_well_explains_nothing() -> None:
    assert cause(incident_hours_per_head=6.0, **WELL) == "unclear"


def test_where_some_are_low_and_others_are_not_it_is_not_the_environment() -> None:
    some = {**LOW, "score_spread": 14.0}
    assert cause(incident_hours_per_head=6.0, **some) == "unclear"


def test_a_large_gap_and_low_performance_are_a_matter_of_capability() -> None:
    assert cause(gap_levels=0.8, **LOW) == "capability"
    assert cause(gap_levels=0.8, **WELL) == "unclear"
    assert cause(gap_levels=0.1, **LOW) == "unclear"


def test_trouble_in_the_environment_comes_before_missing_skill() -> None:
    assert cause(gap_levels=0.8, incident_hours_per_head=6.0, **LOW) == "environment"


def test_low_motivation_counts_unless_the_unit_performs_well() -> None:
    assert cause(motivation=2.0) == "motivation"
    assert cause(motivation=2.0, **LOW) == "motivation"
    assert cause(motivation=2.0, **WELL) == "unclear"
    assert cause(motivation=2.0, gap_levels=0.8, **LOW) == "mixed"


def test_nothing_known_is_unclear() -> None:
    assert cause() == "unclear"
    assert cause(gap_levels=2.0, incident_hours_per_head=50.0) == "unclear"
