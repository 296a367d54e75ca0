"""How a reader says that a row gives nothing: it has no place, or is left out on purpose."""


class Fault(Exception):
    """A row that has no place, and why."""


class LeftOut(Exception):
    """A row that says nothing on purpose, and why."""
