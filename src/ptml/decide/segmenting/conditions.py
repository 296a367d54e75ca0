"""One condition: a fact, how it is compared, and with what."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.decide.segmenting.facts import FACTS, KnownFacts

BoolArray = NDArray[np.bool_]

_COMPARED = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
_IS, _IS_NOT = "is", "is not"
_SHAPE = re.compile(r"^\s*([a-z_]+)\s*(<=|>=|<|>|is not\b|is\b)\s*(\S+)\s*$")
_YES_NO = {"yes": 1.0, "no": 0.0}


@dataclass(frozen=True)
class Condition:
    """What has to hold of a person.

    Attributes
    ----------
    fact : str
        A name in ``FACTS``.
    compared : str
        ``<``, ``<=``, ``>``, ``>=``, ``is`` or ``is not``.
    value : float or str
        A number, or a word.
    """

    fact: str
    compared: str
    value: float | str

    @classmethod
    def read(cls, text: str, named: Mapping[str, float]) -> Self:
        """Read a condition such as ``tenure_days < 365``.

        Parameters
        ----------
        named : mapping of str to float
            Numbers that may be named.

        Raises
        ------
        ValueError
            Saying what is wrong and what would do.

        Examples
        --------
        >>> Condition.read("tenure_days < new_days", {"new_days": 365})
        Condition(fact='tenure_days', compared='<', value=365.0)
        """
        found = _SHAPE.match(text)
        if found is None:
            raise ValueError(
                f"`{text}` is no condition; write a fact, then <, <=, >, >=, is or `is not`, then"
                " a value: `tenure_days < 365`"
            )
        name, compared, value = found.groups()
        if name not in FACTS:
            raise ValueError(f"`{text}`: there is no fact `{name}`{_near(name, FACTS)}")
        return cls(name, compared, _value(text, name, compared, value, named))

    def holds(self, known: KnownFacts) -> BoolArray:
        """Of whom it holds, (n,) bool; of nobody of whom the fact is not known."""
        if FACTS[self.fact].kind == "word":
            code = known.words[self.fact]
            is_it = code == FACTS[self.fact].words.index(str(self.value))
            return is_it if self.compared == _IS else ~is_it & (code >= 0)
        numbers = known.number(self.fact)
        if numbers is None:
            return np.ones(len(known), dtype=np.bool_)
        if self.compared in _COMPARED:
            return np.asarray(_COMPARED[self.compared](numbers, self.value), dtype=np.bool_)
        # A share of a yes is a yes: whoever leads one of two roles leads.
        is_yes = np.where(np.isfinite(numbers), numbers > 0, np.nan)
        return np.asarray(is_yes == (self.value == (self.compared == _IS)), dtype=np.bool_)


def _value(
    text: str, name: str, compared: str, value: str, named: Mapping[str, float]
) -> float | str:
    fact = FACTS[name]
    if fact.kind == "number":
        if compared in (_IS, _IS_NOT):
            raise ValueError(f"`{text}`: `{name}` is a number; compare it with <, <=, > or >=")
        if value in named:
            return float(named[value])
        try:
            return float(value)
        except ValueError:
            raise ValueError(
                f"`{text}`: `{value}` is neither a number nor one of {', '.join(named)}"
            ) from None
    wanted = tuple(_YES_NO) if fact.kind == "yes/no" else fact.words
    if compared not in (_IS, _IS_NOT) or value not in wanted:
        raise ValueError(f"`{text}`: write `{name} is {' / '.join(wanted)}`")
    return _YES_NO[value] if fact.kind == "yes/no" else value


def _near(name: str, names: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(names)}"
