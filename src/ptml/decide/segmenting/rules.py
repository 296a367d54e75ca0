"""Rules in their order: who falls where, and by which rule."""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from ptml.config import FrozenConfig
from ptml.contracts.diagnosis import COURSE_LEVELS
from ptml.contracts.outputs import PERFORMANCE_STATES, SEGMENTS
from ptml.decide.segmenting.conditions import Condition
from ptml.decide.segmenting.facts import FACTS, KnownFacts
from ptml.errors import UsageError

IntArray = NDArray[np.int64]

_GIVES = {"segment": SEGMENTS, "performance": PERFORMANCE_STATES, "course_level": COURSE_LEVELS}
# What a rule may build on: a segment on no segment, and so on.
_BUILDS_ON: Mapping[str, tuple[str, ...]] = {
    "segment": (),
    "performance": ("segment",),
    "course_level": ("segment", "performance"),
}


class Rule(FrozenConfig):
    """One rule; `docs/how-to/segments.md` says how to write it."""

    rule: str = Field(min_length=1)
    """Its name, published with everybody whom it decides on."""
    gives: str
    """What it makes of a person."""
    all: tuple[str, ...] = ()
    """Conditions that all have to hold."""
    any: tuple[str, ...] = ()
    """Conditions of which one has to hold."""


class SegmentRules(FrozenConfig):
    """All rules, each kind in its order: the first that holds decides."""

    segment: tuple[Rule, ...]
    """Who is new, core, high potential or a manager; the last rule has no conditions."""
    performance: tuple[Rule, ...]
    """Who is below, on or above target; nobody of whom no score is known."""
    course_level: tuple[Rule, ...] = ()
    """Which kind of course suits whom."""

    def problems(self, named: Mapping[str, float]) -> list[str]:
        """Say all that is wrong with them, a sentence each."""
        found = [
            problem
            for kind in _GIVES
            for rule in getattr(self, kind)
            for problem in _problems(kind, rule, named)
        ]
        for kind in _GIVES:
            names = [rule.rule for rule in getattr(self, kind)]
            twice = sorted({name for name in names if names.count(name) > 1})
            found += [f"[[{kind}]] has two rules called `{name}`" for name in twice]
        last = self.segment[-1] if self.segment else None
        if last is None or last.all or last.any:
            found.append("the last [[segment]] has to hold for everybody: leave out its conditions")
        return found

    def decide(
        self, kind: str, known: KnownFacts, named: Mapping[str, float]
    ) -> tuple[IntArray, IntArray]:
        """What the rules of a kind make of people.

        Returns
        -------
        given, by : (n,) int64
            Position in the words of the kind, and of the rule; -1 = no rule holds.
        """
        rules: Sequence[Rule] = getattr(self, kind)
        given, by = np.full((2, len(known)), -1, dtype=np.int64)
        for position, rule in enumerate(rules):
            free = by < 0
            if free.any():
                holds = free & _holds(rule, known, named)
                given[holds], by[holds] = _GIVES[kind].index(rule.gives), position
        return given, by

    def text(self, named: Mapping[str, float]) -> str:
        """The rules in words with all numbers, as they are published; the same rules, the same."""
        lines = []
        for kind in _GIVES:
            for rule in getattr(self, kind):
                told = [_resolved(text, named) for text in rule.all]
                one_of = " or ".join(_resolved(text, named) for text in rule.any)
                conditions = " and ".join([*told, *([f"({one_of})"] if one_of else [])])
                lines.append(f"{kind} {rule.gives}: {conditions or 'always'} [{rule.rule}]")
        return "\n".join(lines)

    def sha256(self, named: Mapping[str, float]) -> str:
        """Of the text: two runs with the same one had the same rules."""
        return hashlib.sha256(self.text(named).encode()).hexdigest()


def _holds(rule: Rule, known: KnownFacts, named: Mapping[str, float]) -> NDArray[np.bool_]:
    holds = np.ones(len(known), dtype=np.bool_)
    for text in rule.all:
        holds &= Condition.read(text, named).holds(known)
    if rule.any:
        holds &= np.any([Condition.read(text, named).holds(known) for text in rule.any], axis=0)
    return holds


def _problems(kind: str, rule: Rule, named: Mapping[str, float]) -> list[str]:
    where = f"[[{kind}]] `{rule.rule}`"
    found = []
    if rule.gives not in _GIVES[kind]:
        found.append(f"{where}: gives {', '.join(_GIVES[kind])}, got `{rule.gives}`")
    for text in (*rule.all, *rule.any):
        try:
            condition = Condition.read(text, named)
        except ValueError as error:
            found.append(f"{where}: {error}")
            continue
        is_word = FACTS[condition.fact].kind == "word"
        if is_word and condition.fact not in _BUILDS_ON[kind]:
            found.append(f"{where}: `{text}`: `{condition.fact}` is not known yet at this point")
    return found


def _resolved(text: str, named: Mapping[str, float]) -> str:
    condition = Condition.read(text, named)
    value = text.split()[-1] if isinstance(condition.value, str) else f"{condition.value:g}"
    if FACTS[condition.fact].kind == "yes/no":
        value = text.split()[-1]
    return f"{condition.fact} {condition.compared} {value}"


@cache
def default_rules() -> SegmentRules:
    """The rules that ship with the package."""
    return SegmentRules.model_validate(tomllib.loads(default_rules_toml()))


def default_rules_toml() -> str:
    """The file that ships with the package."""
    return files("ptml.decide.segmenting").joinpath("rules.toml").read_text(encoding="utf-8")


def read_rules(path: Path) -> SegmentRules:
    """Read rules from a file.

    Raises
    ------
    UsageError
        When it cannot be read, is no TOML, or has other keys than rules have.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"segments.rules_file {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"segments.rules_file {path} is no TOML: {error}") from None
    try:
        return SegmentRules.model_validate(told)
    except ValidationError as error:
        lines = [
            f"{path}: `{'.'.join(map(str, problem['loc']))}` {problem['msg'].lower()}"
            for problem in error.errors()
        ]
        raise UsageError("\n".join(lines)) from None
