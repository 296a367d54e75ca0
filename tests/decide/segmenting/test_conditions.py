from typing import Any

import numpy as np
import pytest

from ptml.decide.segmenting.conditions import Condition
from ptml.decide.segmenting.facts import KnownFacts
from tests.decide.people import people

NAMED = {"new_days": 365.0}


def holds(text: str, **columns: Any) -> bool:
    known = KnownFacts(people(**columns), recent_days=366)
    return bool(Condition.read(text, NAMED).holds(known)[0])


def test_a_number_is_compared_with_a_number_or_a_setting() -> None:
    assert holds("tenure_days < 100", tenure_days=99)
    assert not holds("tenure_days < 100", tenure_days=100)
    assert holds("tenure_days >= new_days", tenure_days=365)


def test_what_is_not_known_fulfils_no_condition() -> None:
    assert not holds("tenure_days < 100")
    assert not holds("tenure_days >= 100")
    assert not holds("role_leads_people is yes")
    assert not holds("role_leads_people is no")


def test_yes_and_no_are_told_apart() -> None:
    assert holds("role_leads_people is yes", is_people_manager=1)
    assert holds("role_leads_people is not yes", is_people_manager=0)
    assert holds("role_leads_people is no", is_people_manager=0)
    assert not holds("role_leads_people is not no", is_people_manager=0)


def test_an_old_score_is_not_known() -> None:
    assert holds("score < 95", score_mean_4_periods=90)
    assert not holds("score < 95", score_mean_4_periods=90, days_since_score=400)


def test_words_are_compared_by_what_earlier_rules_said() -> None:
    known = KnownFacts(people(2), 366, words={"segment": np.array([0, -1])})
    assert Condition.read("segment is new", {}).holds(known).tolist() == [True, False]
    assert Condition.read("segment is not core", {}).holds(known).tolist() == [True, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tenure_days 365", "no condition"),
        ("tenure < 365", "did you mean `tenure_days`?"),
        ("wage > 3", "there are tenure_days"),
        ("tenure_days < soon", "neither a number nor one of new_days"),
        ("tenure_days is 3", "is a number"),
        ("role_leads_people is maybe", "yes / no"),
        ("role_leads_people > 0", "yes / no"),
        ("segment is old", "new / core / high_potential / manager"),
    ],
)
def test_a_condition_that_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="`") as raised:
        Condition.read(text, NAMED)
    assert said in str(raised.value)
