"""Hash of source: what was measured of the same source is not measured again."""

import hashlib
from pathlib import Path
from types import ModuleType


def source_hash(*packages: ModuleType) -> str:
    """Hash of all modules of some packages, 16 hexadecimal digits.

    A package goes with everything below it, a module alone.
    """
    found = hashlib.sha256()
    for package in packages:
        home = Path(str(package.__file__))
        paths = sorted(home.parent.rglob("*.py")) if home.name == "__init__.py" else [home]
        for path in paths:
            found.update(str(path.relative_to(home.parent)).encode() + path.read_bytes())
    return found.hexdigest()[:16]
