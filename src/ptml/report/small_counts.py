"""Which counts a page does not tell, because they would be about persons."""

from collections.abc import Mapping

from ptml.report.wording import count

FEWEST = 5
"""Of fewer people nothing is told."""


def told_count(n: int) -> str:
    """A count of people, or that it is too small to be told; that there is nobody may be told."""
    return f"under {FEWEST}" if 0 < n < FEWEST else count(n)


def hidden_counts(counts: Mapping[str, int]) -> frozenset[str]:
    """Counts under five, and the smallest others until what is hidden adds up to five.

    The sum over all is known: a single small count could be worked out from the others.

    Parameters
    ----------
    counts : mapping of str to int
        Of everybody, by what sets them apart.
    """
    rising = sorted((n, name) for name, n in counts.items() if n)
    hidden = [one for one in rising if one[0] < FEWEST]
    rest = rising[len(hidden) :]
    while hidden and rest and sum(n for n, _ in hidden) < FEWEST:
        hidden.append(rest.pop(0))
    return frozenset(name for _, name in hidden)
