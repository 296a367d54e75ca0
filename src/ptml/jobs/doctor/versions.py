"""Python and libraries against what ptml asks for, and against what was locked."""

import platform
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

import ptml
from ptml.jobs.code_version import LIBRARIES
from ptml.jobs.doctor.finding import Finding, look, ok, stop

_PYTHON = SpecifierSet(">=3.11")
_MEND = "install ptml anew (uv sync --frozen, or pip install)"


def check_versions(
    python: str | None = None,
    asked: list[str] | None = None,
    installed: Mapping[str, str] | None = None,
    lock: Path | None = None,
) -> Iterator[Finding]:
    """Hold what is installed against what is asked for.

    Parameters
    ----------
    python, asked, installed, lock
        Of this environment unless given: version, requirements, versions by name, lock file.
    """
    here = python or platform.python_version()
    if here not in _PYTHON:
        yield stop("python", f"{here}, and ptml asks for {_PYTHON}", "run it with another Python")
    else:
        yield ok("python", here)
    wanted = [Requirement(text) for text in (asked or requires("ptml") or [])]
    needed = [each for each in wanted if each.marker is None or each.marker.evaluate()]
    found = dict(installed) if installed is not None else _installed([r.name for r in needed])
    yield _ranges(needed, found)
    yield from _locked(lock or Path(str(ptml.__file__)).parents[2] / "uv.lock", found)


def _installed(names: list[str]) -> dict[str, str]:
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _ranges(needed: list[Requirement], found: Mapping[str, str]) -> Finding:
    gone = [each.name for each in needed if each.name not in found]
    if gone:
        return stop("libraries", f"{', '.join(gone)} not installed", _MEND)
    wrong = [
        f"{each.name} {found[each.name]} (asked for: {each.specifier})"
        for each in needed
        if not each.specifier.contains(found[each.name], prereleases=True)
    ]
    if wrong:
        return stop("libraries", "; ".join(wrong), _MEND)
    return ok("libraries", f"{len(needed)} as ptml asks for")


def _locked(lock: Path, found: Mapping[str, str]) -> Iterator[Finding]:
    if not lock.is_file():
        # An installed package has no lock file beside it.
        return
    locked: dict[str, set[str]] = {}
    for each in tomllib.loads(lock.read_text(encoding="utf-8"))["package"]:
        # Several where they depend on the version of Python.
        locked.setdefault(each["name"], set()).add(each.get("version", ""))
    other = [
        f"{name} {found[name]} (locked: {' or '.join(sorted(locked[name]))})"
        for name in LIBRARIES
        if name in found and name in locked and found[name] not in locked[name]
    ]
    if other:
        told = f"{'; '.join(other)}: the last digits of figures may differ"
        yield look("lock file", told, "uv sync --frozen")
    else:
        yield ok("lock file", "the libraries that decide figures are those that were locked")
