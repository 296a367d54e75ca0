"""The list of settings is that of the types."""

from pathlib import Path

import pytest

from ptml.errors import UsageError
from ptml.jobs.settings_page import entries, markdown

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "run `make settings`"


def test_every_key_says_what_it_means() -> None:
    assert [entry.key for entry in entries() if not entry.meaning] == []


def test_a_part_is_found_with_or_without_its_first_word() -> None:
    assert entries("settings.lift") == entries("lift")
    [folds] = entries("lift.n_folds")
    assert (folds.kind, folds.default) == ("whole number >= 2, <= 20", "3")
    with pytest.raises(UsageError, match="no setting begins with lfit; did you mean `lift`"):
        entries("lfit")
    with pytest.raises(UsageError, match="no setting begins with zzz; there are source"):
        entries("zzz")
