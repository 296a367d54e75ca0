"""From figures and checks to a decision, with every reason in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from ptml.evaluate.window.comparison import Figure
from ptml.evaluate.window.config import PromotionConfig


@dataclass(frozen=True)
class Check:
    """Something that a challenger must pass.

    Attributes
    ----------
    name : str
    passed : bool or None
        None = it could not be judged, which refuses nothing.
    says : str
        What was found, a sentence.
    """

    name: str
    passed: bool | None
    says: str


@dataclass(frozen=True)
class Decision:
    """What becomes of a challenger.

    Attributes
    ----------
    refused : tuple of str
        Every reason against it; none = promoted.
    notes : tuple of str
        What the decision rests on, and what is not known.
    """

    refused: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def promoted(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.refused


def decide(
    figures: Sequence[Figure],
    checks: Sequence[Check],
    config: PromotionConfig,
    *,
    same_recipe: bool,
    is_first: bool,
) -> Decision:
    """Promote what passes every check and is clearly no worse in every figure that decides.

    Parameters
    ----------
    same_recipe : bool
        Whether the challenger was made as the champion was, on newer data.
    is_first : bool
        Whether there is no champion: then the checks alone decide.
    """
    refused = [check.says for check in checks if check.passed is False]
    if is_first:
        return Decision(tuple(refused), ("There is no champion yet: the checks alone decide.",))
    deciding = [figure for figure in figures if figure.margin is not None]
    unknown = [figure for figure in deciding if _is_unknown(figure)]
    told_worse = [f for f in deciding if f.verdict in ("worse", "unclear") and f not in unknown]
    refused += [_said(figure) for figure in told_worse]
    notes = []
    if unknown or not deciding:
        may = config.unknown == "promote" or (config.unknown == "same_recipe" and same_recipe)
        told = _not_known(unknown)
        if may:
            notes.append(f"{told}: the decision rests on the checks.")
        else:
            why = (
                "what is unknown is not promoted (promotion.unknown)"
                if config.unknown == "refuse"
                else "a challenger made in another way is not promoted on checks alone"
                " (promotion.unknown)"
            )
            refused.append(f"{told}, and {why}")
    return Decision(tuple(refused), tuple(notes))


def _not_known(unknown: Sequence[Figure]) -> str:
    """What is not known and why: no outcomes, or an interval that is too wide."""
    few = [_named(figure) for figure in unknown if figure.verdict == "too_few"]
    wide = [_interval(figure) for figure in unknown if figure.verdict != "too_few"]
    told = []
    if few or not wide:
        names = ", ".join(few) or "any figure"
        told.append(f"too few outcomes became known in the window to tell {names}")
    if wide:
        told.append(
            "the interval is too wide to tell a challenger that is worse by more than the margin "
            f"from one that is no worse: {'; '.join(wide)}"
        )
    text = "; and ".join(told)
    return text[0].upper() + text[1:]


def _is_unknown(figure: Figure) -> bool:
    """Whether the outcomes are too few to tell, and do not speak against the challenger.

    An interval that holds both no change and a loss beyond the margin says that more outcomes are
    needed, as none at all does; where the figure itself is beyond the margin it is refused.
    """
    if figure.verdict == "too_few":
        return True
    pair, margin = figure.pair, figure.margin
    if figure.verdict != "unclear" or pair is None or margin is None:
        return False
    return pair.gain.value > -margin


def _said(figure: Figure) -> str:
    pair, margin = figure.pair, figure.margin
    if pair is None or margin is None:
        return f"{_named(figure)} is unknown"
    low, high = pair.gain.low, pair.gain.high
    of = _named(figure)
    interval = f"{pair.gain.value:+.3f} ({low:+.3f} to {high:+.3f}), more is better"
    if figure.verdict == "worse":
        return f"{of} is clearly worse than the champion's: {interval}"
    return f"{of} is not shown to be no worse than the champion's by {margin:g}: {interval}"


def _named(figure: Figure) -> str:
    return f"{figure.name} of {figure.model}"


def _interval(figure: Figure) -> str:
    pair = figure.pair
    if pair is None:
        return _named(figure)
    gain = pair.gain
    return (
        f"{_named(figure)} {gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}), margin "
        f"{figure.margin:g}"
    )
