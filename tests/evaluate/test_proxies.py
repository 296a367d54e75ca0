"""Whether a protected attribute can be foretold, by what, and what of a flag goes through it."""

import numpy as np
import pytest

from ptml.contracts.evidence import Evidence
from ptml.evaluate.groups import Grouping
from ptml.evaluate.proxies import known_groups, proxy_evidence
from ptml.evaluate.proxy_paths import Scored, path_evidence
from ptml.features.matrix import FeatureMatrix
from ptml.transfer.topics import TOPICS

N = 600
NAMES = (
    "exam_points",
    "manager_support_level",
    "workload_level",
    *(f"noise_{k}" for k in range(9)),
)
FAMILIES = ("learning", "manager", "environment", *(["learning"] * 9))
TOPIC = {topic.code: k for k, topic in enumerate(TOPICS)}


def gender(n: int = N, *, labels: tuple[str, ...] = ("f", "m")) -> Grouping:
    return Grouping("gender", np.arange(n) % len(labels), labels)


def features(shift: float, seed: int = 0) -> FeatureMatrix:
    """Noise, but for one feature that is higher for the first group."""
    values = np.random.default_rng(seed).normal(0, 1, (N, len(NAMES)))
    values[:, 1] += shift * (np.arange(N) % 2 == 0)
    return FeatureMatrix(NAMES, values.astype(np.float32), FAMILIES)


def proxies(shift: float, groups: Grouping | None = None, seed: int = 0) -> dict[str, Evidence]:
    rng = np.random.default_rng(seed)
    rows = proxy_evidence(features(shift, seed), [groups or gender()], 1, rng)
    return {row.name: row for row in rows}


def scored(through_manager: float, seed: int = 0) -> Scored:
    """A topic that raises the log-odds of the first group, and one that treats all alike."""
    rng = np.random.default_rng(seed)
    by_topic = np.zeros((N, len(TOPICS)))
    by_topic[:, TOPIC["manager_support"]] = rng.normal(0, 0.3, N)
    by_topic[::2, TOPIC["manager_support"]] += through_manager
    by_topic[:, TOPIC["workload"]] = rng.normal(0, 1, N)
    return Scored(by_topic.sum(axis=1) - 1.0, by_topic, np.zeros(N, dtype=np.bool_), 0.5)


def paths(scores: Scored, seed: int = 0) -> dict[str, Evidence]:
    rows = path_evidence(scores, [gender()], "day_30", np.random.default_rng(seed))
    return {row.name: row for row in rows}


def test_a_planted_proxy_is_found_named_by_its_topic_and_foretells_the_group() -> None:
    found = proxies(1.0)
    area = found["proxy_auc/gender/f"]
    assert area.low is not None
    assert area.low > 0.65
    assert found["proxies_found/gender"].value == 1
    row = found["proxy_feature/gender/f/manager_support_level"]
    assert row.payload["topic"] == "manager_support"
    # Two normal distributions one deviation apart: Phi(1 / sqrt 2).
    assert row.value == pytest.approx(0.76, abs=0.04)
    assert "proxy_auc/gender/m" not in found


def test_where_nothing_goes_with_the_group_chance_is_not_taken_for_a_proxy() -> None:
    found = [proxies(0.0, seed=seed) for seed in range(12)]
    assert sum(rows["proxies_found/gender"].value or 0 for rows in found) <= 1
    areas = [rows["proxy_auc/gender/f"] for rows in found]
    assert np.mean([row.low <= 0.5 <= row.high for row in areas]) >= 0.8  # type: ignore[operator]


def test_three_groups_are_each_set_against_the_others() -> None:
    found = proxies(0.0, gender(labels=("a", "b", "c")))
    areas = [name for name in found if name.startswith("proxy_auc")]
    assert areas == [f"proxy_auc/gender/{label}" for label in "abc"]


def test_that_an_attribute_is_missing_is_no_group() -> None:
    found = known_groups(Grouping("of", np.array([0, 1, 2, -1]), ("a", "unknown", "z")))
    assert (found.labels, found.code.tolist()) == (("a", "z"), [0, -1, 1, -1])
    assert proxies(0.0, Grouping("gender", np.zeros(N, dtype=np.int64), ("f",))) == {}


def test_a_difference_in_flags_is_followed_to_the_topic_that_makes_it() -> None:
    found = paths(scored(1.0))
    gap, through = (
        found["flag_gap/day_30/gender/f"],
        found["through_topic/day_30/gender/f/manager_support"],
    )
    assert gap.value is not None
    assert gap.low is not None
    assert gap.low > 0.1
    assert through.value == pytest.approx(gap.value, abs=0.1)
    assert through.low is not None
    assert through.low > 0
    assert through.payload["log_odds"][0] == pytest.approx(1.0, abs=0.1)
    assert not any(name.endswith("/workload") for name in found)


def test_a_topic_that_weighs_alike_on_all_is_no_path() -> None:
    found = [paths(scored(0.0, seed), seed) for seed in range(8)]
    assert all(list(rows) == ["flag_gap/day_30/gender/f"] for rows in found)


def test_blocked_cases_are_flagged_in_no_world() -> None:
    open_cases = scored(1.0)
    blocked = Scored(open_cases.log_odds, open_cases.by_topic, np.ones(N, dtype=np.bool_), 0.5)
    found = paths(blocked)
    assert found["flag_gap/day_30/gender/f"].value == 0
    assert found["through_topic/day_30/gender/f/manager_support"].value == 0
