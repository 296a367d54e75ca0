import pytest

from ptml.explain.catalogue import EFFECTS
from ptml.report.sentences import sentence


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("Plain words.", "Plain words."),
        ({"code": "x", "text": "Its own."}, "Its own."),
        (
            {"code": "popular", "text_key": "popular.role", "values": {"share": 31}},
            "Chosen by 31 % of people in the same role.",
        ),
        (
            {"code": "popular", "text_key": "popular.role", "values": {"share": None}},
            "Chosen by unknown % of people in the same role.",
        ),
        ({"code": "never_heard_of", "text_key": "no.such"}, "Never heard of."),
        ({}, "A reason without a name."),
    ],
)
def test_a_reason_is_said_by_its_text_its_key_or_its_code(item: object, said: str) -> None:
    assert sentence(item) == said


def test_a_warnings_sentence_is_what_was_seen_and_what_goes_with_it() -> None:
    said = sentence({"text_key": "mentor.none_held.raises", "values": {"due": 3}})
    assert said.startswith("No mentor meeting of 3 due was held")
    assert said.endswith(EFFECTS["raises"])
