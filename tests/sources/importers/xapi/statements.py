"""Statements with what a test is about, the rest plain."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ADL = "http://adlnet.gov/expapi/verbs/"
CMI5 = "https://w3id.org/xapi/adl/verbs/"
COURSE = {"id": "https://example.com/ladders", "definition": {
    "type": "http://adlnet.gov/expapi/activities/course",
    "name": {"en-US": "Ladders", "zh-TW": "梯子"},
}}  # fmt: skip


def statement(verb: str, when: str = "2026-03-05T10:00:00Z", **more: Any) -> dict[str, Any]:
    """A statement of Ann about the course on ladders; a verb without colon is one of ADL's."""
    told = {
        "id": f"{verb}-{when}",
        "actor": {"mbox": "mailto:Ann@example.com"},
        "verb": {"id": verb if ":" in verb else f"{ADL}{verb}"},
        "object": COURSE,
        "timestamp": when,
        "version": "1.0.3",
    }
    return {**told, **more}


def written(folder: Path, statements: Iterable[Any]) -> Path:
    """A file of statements, a line each."""
    path = folder / "statements.jsonl"
    lines = [s if isinstance(s, str) else json.dumps(s, ensure_ascii=False) for s in statements]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
