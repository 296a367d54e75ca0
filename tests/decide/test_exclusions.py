import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ptml.decide.exclusions import (
    REASONS,
    SHORT_LIST_REASONS,
    ExclusionTotals,
    Reasons,
    candidate_pairs,
    reason_counts,
    short_list_reasons,
    without_gain,
)
from ptml.decide.rank import Candidates, RankConfig, rank_courses

TAKEN, RETIRED, NO_GAIN = (REASONS.index(name) for name in ("taken", "retired", "no_gain"))


def ranked(excluded: Reasons, lift: list[float], top_k: int) -> tuple[Reasons, list[str]]:
    """Exclusions with those for want of gain, and why each list is short."""
    row, course = candidate_pairs(excluded)
    values = np.array(lift, dtype=np.float32)
    unknown = np.full(len(row), np.nan, dtype=np.float32)
    candidates = Candidates(row, course, values, unknown, unknown, unknown)
    ranking = rank_courses(candidates, 0.0, RankConfig(top_k=top_k))
    found = without_gain(excluded, candidates)
    reasons = short_list_reasons(reason_counts(found), ranking, top_k)
    return found, [SHORT_LIST_REASONS[code] for code in reasons]


def test_a_full_list_has_no_reason_and_a_short_one_that_which_took_most() -> None:
    excluded = np.array(
        [[0, 0, TAKEN], [0, TAKEN, TAKEN], [TAKEN, RETIRED, RETIRED], [0, 0, 0]], dtype=np.uint8
    )
    lift = [1.0, 1.0, 1.0, 2.0, -1.0, 0.0]
    found, reasons = ranked(excluded, lift, top_k=2)
    assert reasons == ["", "taken", "retired", "no_gain"]
    assert found[3].tolist() == [0, NO_GAIN, NO_GAIN]


def test_a_short_list_without_exclusions_says_that_there_are_few_courses() -> None:
    _, reasons = ranked(np.zeros((1, 2), dtype=np.uint8), [1.0, 1.0], top_k=3)
    assert reasons == ["few_courses"]


def test_an_organisation_without_courses_has_few() -> None:
    _, reasons = ranked(np.zeros((2, 0), dtype=np.uint8), [], top_k=3)
    assert reasons == ["few_courses", "few_courses"]


def test_totals_name_what_occurs() -> None:
    excluded = np.array([[0, TAKEN], [NO_GAIN, TAKEN]], dtype=np.uint8)
    short = np.array([TAKEN, NO_GAIN], dtype=np.uint8)
    totals = ExclusionTotals.none().add(ExclusionTotals.of(reason_counts(excluded), short))
    assert totals.excluded() == {"taken": 2, "no_gain": 1}
    assert totals.short_lists() == {"taken": 1, "no_gain": 1}


@settings(deadline=None)
@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(0, 6), st.just(4)), elements=st.integers(0, 8)),
    st.integers(0, 6),
)
def test_totals_of_parts_are_those_of_the_whole(excluded: Reasons, cut: int) -> None:
    short = excluded[:, 0]
    whole = ExclusionTotals.of(reason_counts(excluded), short)
    parts = ExclusionTotals.of(reason_counts(excluded[:cut]), short[:cut]).add(
        ExclusionTotals.of(reason_counts(excluded[cut:]), short[cut:])
    )
    assert whole.pairs.tolist() == parts.pairs.tolist()
    assert whole.people.tolist() == parts.people.tolist()
    assert int(whole.pairs.sum()) == excluded.size
