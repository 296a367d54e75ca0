"""The space in which settings are searched: a typed TOML file, one dimension a setting."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import optuna
from pydantic import Field, model_validator

from ptml.config import FrozenConfig

Value = bool | int | float | str
C = TypeVar("C", bound=FrozenConfig)


class Dimension(FrozenConfig):
    """One setting and the values that may be tried."""

    key: Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
    """Dotted key of the settings tree, such as `lift.n_leaves`."""
    kind: Literal["int", "float", "categorical"]
    """`int` and `float` have `low` and `high`, `categorical` has `choices`."""
    low: int | float | None = None
    """Least value that is tried."""
    high: int | float | None = None
    """Largest value that is tried."""
    log: bool = False
    """Whether values are spread evenly by their logarithm."""
    step: int | float | None = None
    """Distance of values that may be tried; empty = any."""
    choices: tuple[Value, ...] = ()
    """Values of a `categorical`."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "categorical":
            if len(set(self.choices)) < 2 or (self.low, self.high, self.step) != (None,) * 3:
                raise ValueError("takes two or more different `choices` and no low, high or step")
            return self
        low, high = self.low, self.high
        if self.choices or low is None or high is None or not low < high:
            raise ValueError("takes `low` below `high` and no `choices`")
        if self.log and (low <= 0 or self.step is not None):
            raise ValueError("takes `log` with a `low` above 0 and without `step`")
        numbers = (low, high, 1 if self.step is None else self.step)
        if self.kind == "int" and any(isinstance(number, float) for number in numbers):
            raise ValueError("takes whole numbers where its kind is int")
        if self.step is not None and self.step <= 0:
            raise ValueError("takes a `step` above 0")
        return self

    def suggest(self, trial: optuna.trial.BaseTrial) -> Value:
        """Draw a value."""
        if self.kind == "categorical":
            return trial.suggest_categorical(self.key, self.choices)
        if self.kind == "int":
            return trial.suggest_int(self.key, self.low, self.high, log=self.log, step=self._step())
        found = trial.suggest_float(self.key, self.low, self.high, log=self.log, step=self.step)
        return float(found)

    def _step(self) -> int:
        return 1 if self.step is None else int(self.step)

    def around(self, value: Value) -> "Dimension":
        """Widen it where a value that is to be tried lies outside."""
        if self.kind == "categorical":
            known = (*self.choices, *(() if value in self.choices else (value,)))
            return self.model_copy(update={"choices": known})
        low, high = min(self.low, value), max(self.high, value)  # type: ignore[type-var]
        return self.model_copy(update={"low": low, "high": high})

    @property
    def ends(self) -> tuple[Value, ...]:
        """Values that a setting's own rule has to allow: all choices, or both ends."""
        if self.kind == "categorical":
            return self.choices
        return tuple(end for end in (self.low, self.high) if end is not None)


class Space(FrozenConfig):
    """All dimensions of a search."""

    dimension: Annotated[tuple[Dimension, ...], Field(min_length=1)]
    """One a setting."""

    @model_validator(mode="after")
    def _has_no_key_twice(self) -> Self:
        twice = sorted({key for key in self.keys if self.keys.count(key) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands there twice")
        return self

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the settings that are searched."""
        return tuple(dimension.key for dimension in self.dimension)

    def suggest(self, trial: optuna.trial.BaseTrial) -> dict[str, Value]:
        """Draw one value for each key."""
        return {dimension.key: dimension.suggest(trial) for dimension in self.dimension}

    def around(self, given: Mapping[str, Value]) -> "Space":
        """Widen each dimension that leaves out what was given."""
        return Space(dimension=tuple(one.around(given[one.key]) for one in self.dimension))

    def within(self, part: str) -> "Space":
        """The dimensions of one part of the settings, keys counted from there."""
        head = f"{part}."
        return Space(
            dimension=tuple(
                one.model_copy(update={"key": one.key.removeprefix(head)})
                for one in self.dimension
                if one.key.startswith(head)
            )
        )


def default_space_file(name: str) -> Path:
    """Where the search space of a model lies: packed with ptml, or in the repository it runs from.

    There is one file, `models/NAME/search.toml`; building a wheel copies it into the package.
    """
    packed = Path(str(files("ptml.search"))) / "spaces" / f"{name}.toml"
    return packed if packed.exists() else Path(__file__).parents[3] / f"models/{name}/search.toml"


def default_space(name: str) -> Space:
    """The search space that comes with a model."""
    text = default_space_file(name).read_text(encoding="utf-8")
    return Space.model_validate(tomllib.loads(text))


def values_of(config: FrozenConfig, keys: tuple[str, ...]) -> dict[str, Any]:
    """Values of dotted keys within a configuration."""
    found: dict[str, Any] = {}
    for key in keys:
        value: Any = config
        for part in key.split("."):
            value = getattr(value, part)
        found[key] = value
    return found


def with_values(config: C, values: Mapping[str, Any]) -> C:
    """The configuration with other values at dotted keys, checked anew."""
    whole = config.model_dump()
    for key, value in values.items():
        *path, last = key.split(".")
        part = whole
        for name in path:
            part = part[name]
        part[last] = value
    return type(config).model_validate(whole)
