"""The document of features says what the code says."""

from pathlib import Path

import pytest

from ptml.features.document import document_features
from ptml.features.people import PERSON_GROUPS

DOCUMENT = Path(__file__).parents[2] / "docs" / "methods" / "features.md"
HOW = (
    'make it with: python -c "from pathlib import Path; from ptml.features.document import '
    "document_features; p = Path('docs/methods/features.md'); "
    'p.write_text(document_features(p.read_text()))"'
)


def test_the_document_is_made_from_the_code() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert document_features(text) == text, HOW


def test_every_feature_says_what_it_means() -> None:
    for group in PERSON_GROUPS:
        for feature in group.features:
            assert feature.meaning.endswith("."), feature.name
            assert feature.unit


def test_a_document_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="must have the lines"):
        document_features("# Features")
