"""Why performance did not move, in words."""

import json
from dataclasses import fields
from typing import Any

import numpy as np

from ptml.contracts.outputs import NO_IMPROVEMENT_CAUSES
from ptml.decide.no_improvement import (
    SIGNS,
    NoImprovementConfig,
    StalledFacts,
    cause_of,
    signs_of,
)
from ptml.explain.catalogue import STALLED
from ptml.explain.stalled import stalled_json
from ptml.explain.words import SECTIONS
from ptml.transfer.config import WarningConfig


def told(**known: float) -> list[dict[str, Any]]:
    names = [field.name for field in fields(StalledFacts) if field.name != "is_early"]
    is_early = np.array([bool(known.get("is_early", False))])
    facts = StalledFacts(is_early, **{name: np.array([known.get(name, np.nan)]) for name in names})
    signs = signs_of(facts, NoImprovementConfig(), WarningConfig())
    found: list[dict[str, Any]] = json.loads(
        stalled_json(facts, signs, cause_of(facts, signs), SECTIONS)[0]
    )
    return found


def test_evidence_for_the_cause_comes_first_in_words() -> None:
    first, second = told(change=-2.0, check=0.25, incident_hours=60.4)
    assert first["text"] == "The unit lost 60 hours to a single incident since the course."
    assert (first["code"], first["speaks_for"]) == ("incident", "environment")
    assert second["text"] == "Checks of use at work came to 25 of 100."
    assert second["speaks_for"] == "not_practised"


def test_what_is_not_known_yet_is_said_and_nothing_is_held_against_anybody() -> None:
    (only,) = told(is_early=True, exam=20.0)
    assert only["code"] == "too_early"
    (only,) = told(exam=20.0)
    assert (only["code"], only["speaks_for"]) == ("no_scores", "unclear")
    (only,) = told(change=0.0)
    assert only["code"] == "unclear"


def test_every_sign_and_every_plain_cause_has_its_words() -> None:
    assert set(STALLED) == {*SIGNS, "too_early", "unclear", "no_scores"}
    assert {"too_early", "unclear"} <= set(NO_IMPROVEMENT_CAUSES)
