"""What a kept study depends on, and the refusal of any other."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ptml.contracts.durable import flush
from ptml.errors import UsageError

_ABOUT = "study.json"
_WORDS = {
    "model": "another model",
    "fingerprint": "other data",
    "as_of": "another as-of date",
    "space": "another search space",
    "settings": "other settings",
    "seed": "another seed",
}


def refuse_other(folder: Path, about: Mapping[str, Any]) -> None:
    """Write what a new study is about, or refuse a folder that is about something else.

    Raises
    ------
    UsageError
        Naming all that differs.
    """
    path = folder / _ABOUT
    if not path.exists():
        _refuse_foreign(folder)
        draft = path.with_name(f".{_ABOUT}")
        draft.write_text(json.dumps(about, sort_keys=True, indent=1) + "\n", encoding="utf-8")
        flush(draft)
        draft.replace(path)
        return
    before = json.loads(path.read_text(encoding="utf-8"))
    now = json.loads(json.dumps(about))
    apart = [key for key in _WORDS if before.get(key) != now.get(key)]
    if apart:
        raise UsageError(
            f"--study {folder} was begun with {' and '.join(_told(key, before) for key in apart)}: "
            "trials of the two cannot be compared; name another folder, or what it was begun with"
        )


def _told(key: str, before: Mapping[str, Any]) -> str:
    plain = isinstance(before.get(key), str | int)
    return f"{_WORDS[key]} ({before[key]})" if plain else _WORDS[key]


def _refuse_foreign(folder: Path) -> None:
    ours = {"values", ".lock"}
    others = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if others:
        raise UsageError(
            f"--study {folder} holds something that is no study ({', '.join(others[:3])}); "
            "name another folder"
        )
