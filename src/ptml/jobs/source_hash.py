"""Hash of source: which code made a thing, and what was measured of the same is kept."""

import hashlib
from pathlib import Path
from types import ModuleType


def source_hash(*sources: ModuleType | Path) -> str:
    """Hash of the sources of some packages, 16 hexadecimal digits.

    A package, or a folder, goes with every file below it (templates and words too), a module alone.
    """
    found = hashlib.sha256()
    for source in sources:
        home = source if isinstance(source, Path) else _home(source)
        for path in _files(home):
            found.update(path.relative_to(_root(home)).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _home(module: ModuleType) -> Path:
    path = Path(str(module.__file__))
    return path.parent if path.name == "__init__.py" else path


def _root(home: Path) -> Path:
    return home if home.is_dir() else home.parent


def _files(home: Path) -> list[Path]:
    if home.is_file():
        return [home]
    found = (path for path in home.rglob("*") if "__pycache__" not in path.parts)
    return sorted(path for path in found if path.is_file())
