"""The wording is whole: every topic has its sentences, every sentence its words."""

from string import Formatter

import pytest

from ptml.explain.catalogue import EFFECTS, INTERVENTIONS, RECOMMENDATIONS, SEEN, UNITS
from ptml.explain.interventions import ACTIONS
from ptml.explain.seen import BLOCKED, SENTENCES
from ptml.features.pairs import PAIR_GROUPS
from ptml.features.people import PERSON_GROUPS
from ptml.transfer.completion_features import (
    COMPLETION_GROUPS,
    FIT_FEATURES,
    PERSON_FEATURES,
)
from ptml.transfer.topics import FAMILIES, TOPICS

ALL_SENTENCES = [s for said in SENTENCES.values() for s in said] + list(BLOCKED.values())
OWN_FEATURES = {feature.name for group in COMPLETION_GROUPS for feature in group.features}
EVERY_FEATURE = OWN_FEATURES.union(PERSON_FEATURES, FIT_FEATURES)


def test_every_topic_can_be_said_and_every_word_is_used() -> None:
    assert {topic.code for topic in TOPICS} == set(SENTENCES)
    assert {sentence.key for sentence in ALL_SENTENCES} == set(SEEN)
    assert {action.code for action in ACTIONS} == set(INTERVENTIONS)
    assert {action.topic for action in ACTIONS} <= {topic.code for topic in TOPICS}
    assert {topic.family for topic in TOPICS} == set(FAMILIES)


@pytest.mark.parametrize("sentence", ALL_SENTENCES, ids=lambda sentence: sentence.key)
def test_fields_of_a_sentence_are_those_of_its_words(sentence: object) -> None:
    key, fields = sentence.key, sentence.fields  # type: ignore[attr-defined]
    assert {name for _, name, _, _ in Formatter().parse(SEEN[key]) if name} == set(fields)
    assert {field.feature for field in fields.values()} <= EVERY_FEATURE


def test_last_sentence_of_a_topic_needs_nothing() -> None:
    for said in SENTENCES.values():
        assert said[-1].holds is None
        assert all(sentence.holds is not None for sentence in said[:-1])


def test_features_of_topics_are_features_of_the_model_or_of_a_person() -> None:
    of_people = {f.name for group in PERSON_GROUPS for f in group.features}
    of_pairs = {f.name for group in PAIR_GROUPS for f in group.features}
    named = [name for topic in TOPICS for name in topic.features]
    assert len(named) == len(set(named))
    assert set(named) - EVERY_FEATURE - of_people - of_pairs == set()


def test_words_need_no_escape_in_json() -> None:
    for words in (SEEN, EFFECTS, INTERVENTIONS, RECOMMENDATIONS, UNITS):
        for text in words.values():
            assert text.isascii()
            assert '"' not in text
            assert "\\" not in text
