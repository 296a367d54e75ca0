"""Performance scores by period and courses started by quarter."""

import numpy as np
import pytest

from ptml.features.days import NEVER, date_of
from ptml.features.outcomes import period_scores, quarter_starts, starts_by_quarter

from .small import Row, day_of, enrolment, loaded, quarter_result

Q1, Q2 = ("2024-01-01", "2024-03-31"), ("2024-04-01", "2024-06-30")


def score_of(*results: Row, kpis: list[Row] | None = None) -> float:
    history, _ = loaded(performance=list(results), **({"kpis": kpis} if kpis else {}))
    return float(period_scores(history).score[0, 0])


def test_score_is_attainment_of_the_target_in_percent() -> None:
    assert score_of(quarter_result(*Q1, 90.0)) == 90


def test_score_weighs_kpis() -> None:
    results = (
        quarter_result(*Q1, 90.0, weight=3.0),
        quarter_result(*Q1, 110.0, weight=1.0, kpi_id="calls"),
    )
    assert score_of(*results) == 95


def test_lower_is_better_turns_the_ratio_round() -> None:
    kpis = [{"kpi_id": "sales", "higher_is_better": False}]
    assert score_of(quarter_result(*Q1, 80.0), kpis=kpis) == 125


@pytest.mark.parametrize(("value", "score"), [(900.0, 200), (-5.0, 0)])
def test_attainment_is_kept_within_0_and_200(value: float, score: float) -> None:
    assert score_of(quarter_result(*Q1, value)) == score


@pytest.mark.parametrize("value", [0.0, -5.0])
def test_nothing_at_all_is_best_where_lower_is_better(value: float) -> None:
    kpis = [{"kpi_id": "sales", "higher_is_better": False}]
    assert score_of(quarter_result(*Q1, value), kpis=kpis) == 200


def test_a_period_without_weight_has_no_score() -> None:
    history, _ = loaded(
        performance=[quarter_result(*Q1, 90.0, weight=0.0), quarter_result(*Q2, 80.0)]
    )
    scores = period_scores(history)
    assert np.isnan(scores.score[0, 0])
    assert scores.score[0, 1] == 80


def test_scores_are_cut_at_what_was_known() -> None:
    history, _ = loaded(performance=[quarter_result(*Q1, 90.0), quarter_result(*Q2, 80.0)])
    assert period_scores(history, day_of("2024-07-01")).score.shape == (1, 1)
    assert period_scores(history, day_of("2024-07-02")).score.shape == (1, 2)
    assert period_scores(history).known.tolist() == [day_of("2024-04-01"), day_of("2024-07-01")]


def test_three_monthly_periods_make_a_quarter() -> None:
    months = [("2024-02-01", "2024-02-29"), ("2024-03-01", "2024-03-31")]
    months += [("2024-04-01", "2024-04-30"), ("2024-05-01", "2024-05-31")]
    history, _ = loaded(performance=[quarter_result(*month, 90.0) for month in months])
    starts = quarter_starts(period_scores(history))
    assert [str(date_of(day)) for day in starts] == ["2024-02-01", "2024-05-01"]


def test_no_performance_has_no_quarters() -> None:
    history, _ = loaded()
    assert period_scores(history).score.shape == (1, 0)
    assert len(quarter_starts(period_scores(history))) == 0


def test_a_start_counts_in_the_quarter_of_its_day() -> None:
    history, _ = loaded(
        enrolments=[
            enrolment("a", "2024-03-20", started_on="2024-03-31"),
            enrolment("b", "2024-03-20", started_on="2024-04-01"),
            enrolment("c", "2024-03-20"),
        ]
    )
    quarters = np.array([day_of("2024-01-01"), day_of("2024-04-01"), day_of("2024-07-01")])
    starts = starts_by_quarter(history, quarters.astype(np.int32))
    assert starts.quarter.tolist() == [0, 1]
    assert history.enrolments.enrolment_id[starts.enrolment].tolist() == ["a", "b"]


def test_a_completion_shows_a_start_that_nobody_wrote_down() -> None:
    row = enrolment("a", "2024-03-20", started_on=None, completed_on="2024-05-01")
    history, _ = loaded(enrolments=[row])
    quarters = np.array([day_of("2024-01-01"), day_of("2024-04-01")], np.int32)
    assert starts_by_quarter(history, quarters).quarter.tolist() == [0]
    assert len(starts_by_quarter(history, quarters, as_of_day=day_of("2024-05-01"))) == 0
    assert history.enrolments.started[0] == day_of("2024-05-01")


def test_without_the_column_a_course_starts_on_the_day_of_the_enrolment() -> None:
    history, _ = loaded(enrolments=[enrolment("a", "2024-03-20")])
    assert history.enrolments.started[0] == day_of("2024-03-20")
    history, _ = loaded(enrolments=[enrolment("a", "2024-03-20", started_on=None)])
    assert history.enrolments.started[0] == NEVER
