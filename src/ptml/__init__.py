"""ptml: from a performance goal to the course that helps, and to whether it was used."""

from importlib.metadata import version

__version__ = version("ptml")
