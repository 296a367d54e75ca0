"""How likely and how sure, in words that need no percentage: about 3 in 4."""

from ptml.review.words.language import Wording
from ptml.review.words.wrong_input import N_

# Fractions that people say; others only look exact.
_FRACTIONS = (
    (1, 20),
    (1, 10),
    (1, 5),
    (1, 4),
    (1, 3),
    (2, 5),
    (1, 2),
    (3, 5),
    (2, 3),
    (3, 4),
    (4, 5),
    (9, 10),
    (19, 20),
)
_LEAST, _MOST = 1 / 30, 29 / 30
_NARROW, _WIDE = 0.1, 0.3


def odds(wording: Wording, probability: float) -> str:
    """A probability as so many in so many.

    >>> from ptml.review.words import wording_in
    >>> [odds(wording_in("en"), p) for p in (0.02, 0.24, 0.77, 0.995)]
    ['fewer than 1 in 20', '1 in 4', '3 in 4', 'more than 19 in 20']
    """
    if probability < _LEAST:
        return wording.say(N_("fewer than {n} in {m}"), n=1, m=20)
    if probability > _MOST:
        return wording.say(N_("more than {n} in {m}"), n=19, m=20)
    n, m = min(_FRACTIONS, key=lambda f: abs(f[0] / f[1] - probability))
    return wording.say(N_("{n} in {m}"), n=n, m=m)


def likelihood(wording: Wording, probability: float) -> str:
    """The sentence that says how likely."""
    if probability < _LEAST or probability > _MOST:
        text = N_("Of cases like this one, {odds} end with what was learnt unused.")
    else:
        text = N_("Of cases like this one, about {odds} end with what was learnt unused.")
    return wording.say(text, odds=odds(wording, probability))


def sureness(wording: Wording, low: float, high: float) -> str:
    """The sentence that says how sure the estimate is, by its range.

    >>> from ptml.review.words import wording_in
    >>> sureness(wording_in("en"), 0.52, 0.89)
    'The estimate is unsure: between 1 in 2 and 9 in 10.'
    """
    told = {"low": odds(wording, low), "high": odds(wording, high)}
    if told["low"] == told["high"]:
        return wording.say(N_("The estimate is fairly sure."))
    if high - low < _NARROW:
        return wording.say(N_("The estimate is fairly sure: between {low} and {high}."), **told)
    if high - low < _WIDE:
        return wording.say(N_("The estimate is somewhat unsure: between {low} and {high}."), **told)
    return wording.say(N_("The estimate is unsure: between {low} and {high}."), **told)
