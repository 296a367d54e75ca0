"""What a section says when its tables are empty: what is missing, and what it would need."""

from dataclasses import dataclass

from ptml.report.published import PublishedTables


@dataclass(frozen=True)
class Absent:
    """A section without content: the fact, and the reasons for it."""

    what: str
    why: tuple[str, ...]


def absent(published: PublishedTables, what: str, needs: str, *words: str) -> Absent:
    """Say what is missing; the run's own notes that name one of the words come as reasons.

    Parameters
    ----------
    published : PublishedTables
        Holds the notes of the run.
    what : str
        The sentence that names what is missing.
    needs : str
        The sentence that says which input it needs; left out where the run says it itself.
    *words : str
        What a note is recognised by, in lower case.
    """
    notes = published.notes_about(*words)
    return Absent(what, notes or (needs,))
