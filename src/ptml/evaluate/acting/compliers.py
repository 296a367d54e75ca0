"""What acting does to those who were acted on because they were flagged."""

import math

from ptml.evaluate.acting.difference import Difference, Effect


def first_stage(found: Difference) -> float:
    """F of flagging on acting: the square of the difference over its standard error.

    Parameters
    ----------
    found : Difference
        Of weak transfer (0) and of acting (1).
    """
    variance = float(found.covariance[1, 1])
    gain = float(found.values[1])
    return math.inf if variance == 0 and gain else gain**2 / variance if variance else 0.0


def complier_effect(found: Difference) -> Effect:
    """Effect of acting on those who are acted on when flagged and not when held out.

    The ratio of the two differences (Wald 1940; Angrist, Imbens and Rubin 1996) with the interval
    of Fieller (1954): every ratio r for which ``|d_weak - r d_acted|`` lies within the 97.5 % point
    times its standard error. Assumed: a flag changes the outcome through acting alone, and keeps
    nobody from being helped.

    Parameters
    ----------
    found : Difference
        Of weak transfer (0) and of acting (1), with a first stage that is clear: the interval is
        finite only where the difference in acting is.
    """
    (y, d), z2 = found.values.tolist(), found.quantile**2
    v = found.covariance
    a, b, c = d**2 - z2 * v[1, 1], y * d - z2 * v[0, 1], y**2 - z2 * v[0, 0]
    half = math.sqrt(max(b**2 - a * c, 0.0))
    return Effect(y / d, float((b - half) / a), float((b + half) / a))
