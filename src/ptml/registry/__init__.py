"""Which models are in use and were: versions, the champion, and a log of moves."""

from ptml.registry.moves import Said, State
from ptml.registry.registry import Registry
from ptml.registry.versions import version_of

__all__ = ["Registry", "Said", "State", "version_of"]
