"""Which code a run was made by: version, commit, hash of the sources, libraries, and cores."""

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import ptml
from ptml.jobs.source_hash import source_hash

# Those whose version can change a figure; the rest draw, log or talk.
LIBRARIES = (
    "duckdb",
    "implicit",
    "lightgbm",
    "numba",
    "numpy",
    "optuna",
    "pandas",
    "polars",
    "pyarrow",
    "scikit-learn",
    "scipy",
)
_GIT_SECONDS = 10


def code_version(package: Path | None = None) -> dict[str, Any]:
    """Version, commit and state of the checkout (None where there is none), hash of the sources."""
    home = package or Path(str(ptml.__file__)).parent
    return {"version": ptml.__version__, **_checkout(home), "sources": source_hash(home)}


def _checkout(home: Path) -> dict[str, Any]:
    # An installed package may lie within somebody else's checkout: only files that git knows count.
    if _git(home, "ls-files", "--error-unmatch", "__init__.py") is None:
        return {"commit": None, "is_dirty": None}
    changed = _git(home, "status", "--porcelain", "--", ".")
    return {
        "commit": _git(home, "rev-parse", "HEAD"),
        "is_dirty": None if changed is None else bool(changed),
    }


def _git(home: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(home), *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=_GIT_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def libraries() -> dict[str, str]:
    """Python and the libraries that can change a figure, by version."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, Any]:
    """What kind of machine it is, without its name."""
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "processor": platform.machine(),
    }
