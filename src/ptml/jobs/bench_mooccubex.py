"""Recommending on real enrolments, side by side with its peers."""

from pathlib import Path
from typing import Any

from ptml.evaluate.mooccubex import run, sentences


def measure(source: Path, people: int, seed: int) -> dict[str, Any]:
    """Figures of every method on the same learners."""
    rows = run(source, people, seed)
    return {"figures": rows, "sentences": sentences(rows)}
