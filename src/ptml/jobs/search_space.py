"""A search space held against the settings tree, before any trial."""

import difflib
import tomllib
from pathlib import Path

from pydantic import ValidationError

from ptml.errors import UsageError
from ptml.jobs.settings import Settings, describe_errors, known_keys
from ptml.lift import objective as lift
from ptml.recommend import objective as recommend
from ptml.search.space import Space, Value, default_space_file, with_values
from ptml.transfer import objective as transfer

SEARCHABLE = {
    "recommend": tuple(f"recommend.{name}" for name in recommend.SEARCHABLE),
    "lift": tuple(f"lift.{name}" for name in lift.SEARCHABLE),
    "warnings": tuple(f"warning.{name}" for name in transfer.SEARCHABLE),
}
"""Keys, or parts with all that is in them, of each model that change what is learnt."""


def load_space(model: str, path: Path | None) -> Space:
    """Read a search space, or the one that comes with the model, and check every key and bound.

    Raises
    ------
    UsageError
        Naming all that is wrong.
    """
    place = default_space_file(model) if path is None else path
    try:
        space = Space.model_validate(tomllib.loads(place.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"search space {place} cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{place} is not valid TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(describe_errors(error, Space, str(place))) from None
    wrong = [words for one in space.dimension if (words := _wrong_key(one.key, model))]
    wrong = wrong or [w for one in space.dimension for v in one.ends if (w := _refused(one.key, v))]
    if wrong:
        raise UsageError("\n".join(f"{place}: {words}" for words in wrong))
    return space


def _wrong_key(key: str, model: str) -> str | None:
    known = known_keys(Settings)
    allowed = [k for k in known if _is_within(k, model) and not _has_parts(k, known)]
    if key in allowed:
        return None
    if key in known:
        return (
            f"`{key}` does not change what {model} learns (or says what it is judged by), so it "
            f"cannot be searched; what can: {', '.join(allowed)}"
        )
    near = difflib.get_close_matches(key, allowed, n=1, cutoff=0.5)
    return f"unknown setting `{key}`" + (f"; did you mean `{near[0]}`?" if near else "")


def _is_within(key: str, model: str) -> bool:
    return any(key == one or key.startswith(f"{one}.") for one in SEARCHABLE[model])


def _has_parts(key: str, known: list[str]) -> bool:
    return any(other.startswith(f"{key}.") for other in known)


def _refused(key: str, value: Value) -> str | None:
    """Why the setting itself does not take a value; None where it does."""
    try:
        with_values(Settings(), {key: value})
    except ValidationError as error:
        return describe_errors(error, Settings, "the setting refuses a value of the space")
    return None
