"""How long a million statements take: ``python -m tests.sources.importers.speed FOLDER``."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from ptml.sources.importers.xapi import import_xapi

STATEMENTS = 1_000_000
_ADL = "http://adlnet.gov/expapi/verbs/"
_PLACE = "https://lms.example.com"
_CMI5 = "https://w3id.org/xapi/cmi5/context"
_STEPS: tuple[tuple[str, dict[str, object]], ...] = (
    ("launched", {}),
    ("initialized", {}),
    ("experienced", {}),
    ("answered", {"score": {"scaled": 1.0}, "success": True, "response": "golf"}),
    ("answered", {"score": {"scaled": 0.0}, "success": False, "response": "tango"}),
    ("completed", {"completion": True, "duration": "PT22M10S"}),
    ("passed", {"success": True, "score": {"scaled": 0.9, "raw": 18, "min": 0, "max": 20}}),
    ("terminated", {"duration": "PT24M3.5S"}),
)


def statements(n: int) -> Iterator[dict[str, object]]:
    """Sessions of eight statements: 20 people a course and unit, as many as it takes."""
    for k in range(n):
        session, step = divmod(k, len(_STEPS))
        verb, result = _STEPS[step]
        unit, person = session % 40, session // 40
        yield {
            "id": f"{k:08x}-0000-4000-8000-000000000000",
            "actor": {
                "objectType": "Agent",
                "account": {"homePage": _PLACE, "name": f"u{person}"},
            },
            "verb": {"id": f"{_ADL}{verb}", "display": {"en-US": verb, "de": verb}},
            "object": {
                "objectType": "Activity",
                "id": f"{_PLACE}/unit/{unit}",
                "definition": {"name": {"en-US": f"Unit {unit}", "de": f"Teil {unit}"}},
            },
            "result": result,
            "context": {
                "registration": f"{person:08x}-{unit // 4:04x}-4000-8000-000000000000",
                "contextActivities": {
                    "category": [{"id": f"{_CMI5}/categories/cmi5"}],
                    "grouping": [
                        {"id": f"https://courses.example.com/unit/{unit}"},
                        {
                            "id": f"https://courses.example.com/{unit // 4}",
                            "definition": {"type": "http://adlnet.gov/expapi/activities/course"},
                        },
                    ],
                },
                "extensions": {f"{_CMI5}/extensions/sessionid": f"{session:032x}"},
            },
            "timestamp": f"2026-{1 + session % 9:02}-{1 + session % 28:02}T10:{step:02}:00.000Z",
            "stored": f"2026-{1 + session % 9:02}-{1 + session % 28:02}T10:{step:02}:01.000Z",
            "version": "1.0.3",
        }


def _write(source: Path) -> None:
    with source.open("w", encoding="utf-8") as file:
        for k, each in enumerate(statements(STATEMENTS)):
            file.write("[" if k == 0 else ",\n")
            file.write(json.dumps(each))
        file.write("]")


def main(folder: Path) -> None:
    """Write the statements as one list, import them, and say what it took."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "statements.json"
    if not source.exists():
        _write(source)
    begun, worked = time.perf_counter(), time.process_time()
    told = import_xapi(source, folder / "out")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{source.stat().st_size / 1e6:,.0f} MB, {STATEMENTS:,} statements")  # noqa: T201
    print(f"{time.process_time() - worked:.0f} s of processor time")  # noqa: T201
    print(f"{time.perf_counter() - begun:.0f} s by the clock")  # noqa: T201
    print(f"{usage.ru_maxrss / 1024:,.0f} MB at most")  # noqa: T201
    print(*told.sentences, sep="\n")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
