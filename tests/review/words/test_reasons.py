"""Published reasons as sentences."""

from ptml.review.words import wording_in
from ptml.review.words.reasons import caution_in, intervention_in, reason_in, seen_in

EN, OLD = wording_in("en"), wording_in("zh-Hant")
ITEM = {"text_key": "no_practice.none_due.neutral", "values": {}, "text": "-"}
RULE = {
    "text_key": "completed_low_exam.known",
    "values": {"precision": 38, "low": 35, "high": 41, "fired": 1171},
    "text": "-",
}


def test_what_was_seen_can_be_said_without_what_goes_with_it() -> None:
    assert seen_in(EN, ITEM) == "No practice task was due so far"
    assert reason_in(EN, ITEM).startswith("No practice task was due so far: ")


def test_a_rule_is_said_in_the_language_of_the_page() -> None:
    assert "of 1,171 such completions before, 38 of 100" in reason_in(EN, RULE)
    assert "1,171" in reason_in(OLD, RULE)
    assert "such completions" not in reason_in(OLD, RULE)


def test_a_reason_of_a_unit_is_said_in_the_language_of_the_page() -> None:
    item = {"text_key": "workload.mean.raises", "values": {"value": 3.9}, "text": "-"}
    assert reason_in(EN, item).startswith("Its people put the workload at 3.9 of 5")
    assert reason_in(OLD, item) != reason_in(EN, item)


def test_a_key_that_is_not_known_falls_back_on_what_was_published() -> None:
    item = {"text_key": "of.a.later.version", "values": {}, "text": "As published."}
    assert reason_in(EN, item) == seen_in(EN, item) == "As published."
    assert intervention_in(EN, "of_a_later_version") == "of_a_later_version"


def test_a_value_that_is_absent_reads_as_unknown() -> None:
    item = {"text_key": "not_learned.usual.neutral", "values": {"exam": None}, "text": "-"}
    assert seen_in(EN, item) == "Exam score unknown, about what is usual on this course"


def test_levers_carry_one_caution_in_each_language() -> None:
    assert caution_in(EN) != caution_in(OLD)
