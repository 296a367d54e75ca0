"""Whom a training learns from: everybody, or the people of the first buckets.

A sample is a range of the hash by which people fall into buckets, so it is the same people every
time, whoever else is there, and a smaller sample lies within a larger one. Sums over everybody stay
sums over everybody; who is not in the sample is met at scoring, by history alone.
"""

from ptml.features.bucket import Bucket


def people_sampled(share: float) -> Bucket | None:
    """The people that a training learns from; None = everybody.

    Parameters
    ----------
    share : float
        In (0, 1]; rounded to one over a whole number.
    """
    count = round(1 / share)
    return Bucket(0, count) if count > 1 else None


def sampling_sentences(share: float, n_sampled: int, n_people: int) -> list[str]:
    """What a training says of its sample; nothing where it learnt from everybody."""
    if people_sampled(share) is None:
        return []
    return [
        f"learnt from a sample of {n_sampled:,} of {n_people:,} people (training.sample_share); "
        "docs/how-to/spark.md says what that costs in accuracy"
    ]
