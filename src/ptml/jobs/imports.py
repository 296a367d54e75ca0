"""Turn data of other systems, and public data sets, into the contract's tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from ptml.errors import UsageError
from ptml.jobs.progress import Progress
from ptml.sources.importers import ImportSummary, import_mooccubex, import_oulad
from ptml.sources.importers.framework import EscoOptions, OnetOptions, import_esco, import_onet
from ptml.sources.importers.hris import draft_mapping, import_hris
from ptml.sources.importers.merging import merge_imports
from ptml.sources.importers.moodle import MoodleOptions, import_moodle
from ptml.sources.importers.scorm import ScormOptions, import_scorm
from ptml.sources.importers.xapi import XapiOptions, import_xapi

_OPTIONS: Mapping[str, tuple[Callable[..., ImportSummary], type[Any]]] = {
    "xapi": (import_xapi, XapiOptions),
    "moodle": (import_moodle, MoodleOptions),
    "scorm": (import_scorm, ScormOptions),
    "esco": (import_esco, EscoOptions),
    "onet": (import_onet, OnetOptions),
}
_PLAIN: Mapping[str, tuple[Callable[..., ImportSummary], tuple[str, ...]]] = {
    "hris": (import_hris, ("mapping",)),
    "mooccubex": (import_mooccubex, ()),
    "oulad": (import_oulad, ()),
}
IMPORTERS: tuple[str, ...] = (*_OPTIONS, *_PLAIN)


def run_import(
    name: str, source: Path, out: Path, progress: Progress, **options: Any
) -> dict[str, Any]:
    """Import what is at ``source`` in format ``name`` into the new folder ``out``.

    Raises
    ------
    UsageError
        For a format or an option that there is not, and as the importer of the format.
    """
    _refuse_unknown(name, options)
    progress.stage(f"Importing {name}")
    if name in _OPTIONS:
        run, shape = _OPTIONS[name]
        return _told(run(source, out, shape(**options)), out)
    return _told(_PLAIN[name][0](source, out, **options), out)


def _refuse_unknown(name: str, options: Mapping[str, Any]) -> None:
    if name not in IMPORTERS:
        raise UsageError(f"there is no format {name!r}; there are {', '.join(IMPORTERS)}")
    needed = _PLAIN[name][1] if name in _PLAIN else ()
    known = needed or (tuple(f.name for f in fields(_OPTIONS[name][1])) if name in _OPTIONS else ())
    unknown = [option for option in options if option not in known]
    if unknown:
        raise UsageError(
            f"{name} has no option {', '.join(unknown)}; it has {', '.join(known) or 'none'}"
        )
    missing = [option for option in needed if options.get(option) is None]
    if missing:
        raise UsageError(f"{name} needs {', '.join(missing)}")


def run_draft(source: Path, out: Path) -> dict[str, Any]:
    """Draft a mapping file for an export of a personnel system."""
    return {"out": str(out), "sentences": list(draft_mapping(source, out))}


def run_merge(
    parts: Sequence[Path], out: Path, same_days: int, progress: Progress
) -> dict[str, Any]:
    """Merge folders of tables into the new folder ``out``."""
    progress.stage("Merging")
    return _told(merge_imports(parts, out, same_days), out)


def _told(summary: ImportSummary, out: Path) -> dict[str, Any]:
    return {"out": str(out), "rows": dict(summary.rows), "sentences": list(summary.sentences)}
