"""Features of candidates, each in one part of an explanation."""

from ptml.features.pair_fit import PAIR_FIT
from ptml.features.pair_history import PAIR_HISTORY
from ptml.features.pair_taking import PAIR_TAKING
from ptml.recommend.ranker.features import GROUP_OF, GROUPS, NAMES, SPLIT
from ptml.recommend.ranker.sources import SOURCES


def test_every_feature_belongs_to_a_part() -> None:
    assert set(GROUP_OF.values()) <= {*GROUPS, SPLIT}
    assert len(set(NAMES)) == len(NAMES)


def test_every_source_is_a_feature() -> None:
    assert {f"source_{name}" for name in SOURCES} < set(NAMES)


def test_pair_features_are_reused_but_for_what_eligibility_makes_constant() -> None:
    pairs = {f.name for group in (PAIR_FIT, PAIR_HISTORY, PAIR_TAKING) for f in group.features}
    assert pairs - set(NAMES) == {"prerequisites_missing"}
