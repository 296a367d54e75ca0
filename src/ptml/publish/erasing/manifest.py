"""The manifest of a run after people were taken out of it: sealed again, and saying so."""

import hashlib
from collections.abc import Mapping
from typing import Any

ERASED = "erased"


def with_erasure(
    about: Mapping[str, Any], text_before: str, cut: Mapping[str, int], note: Mapping[str, Any]
) -> dict[str, Any]:
    """What the manifest says now.

    Parameters
    ----------
    about : mapping
        What it said, without its seal.
    text_before : str
        The manifest as it stood, seal and all: its hash is kept.
    cut : mapping of table to int
        Rows that are gone.
    note : mapping
        When it was and how many people were asked for; never who.
    """
    rows = {name: n - cut.get(name, 0) for name, n in about.get("rows", {}).items()}
    entry = {**note, "manifest_before": digest(text_before)}
    return {**about, "rows": rows, ERASED: [*about.get(ERASED, ()), entry]}


def digest(text: str) -> str:
    """SHA-256 of a manifest as it stands."""
    return hashlib.sha256(text.encode()).hexdigest()
