"""`--set KEY=VALUE`: a setting of a run file changed for one run."""

import difflib
import tomllib
from collections.abc import Sequence
from typing import Any

from ptml.errors import UsageError
from ptml.jobs.addresses import without_password
from ptml.jobs.run_files import BASE, Key, Layer
from ptml.jobs.settings import RunFile, known_keys

SETTINGS = "settings"
_MOST_NAMED = 3


def override_layers(words: Sequence[str]) -> tuple[Layer, ...]:
    """Read words `KEY=VALUE`; the key may leave out `settings.`.

    A value is TOML where it can be read as such (`10`, `0.5`, `true`, `2026-10-02`, `["lift"]`),
    else text.

    Raises
    ------
    UsageError
        Naming each key that does not exist with the nearest that does, each that is a whole table,
        and each word without a value; all at once.
    """
    layers, wrong = [], []
    for word in words:
        try:
            key, text = _key_and_text(word)
        except UsageError as error:
            wrong.append(str(error))
        else:
            layers.append(Layer(origin_of(word), nested(key, toml_value(text))))
    if wrong:
        raise UsageError("\n".join(wrong))
    return tuple(layers)


def origin_of(word: str) -> str:
    """How a word is named in messages."""
    return f"--set {without_password(word)}"


def as_text(words: Sequence[str], key: Key) -> Layer | None:
    """The last word for a key as text, should text be what it wants: `--set who=007`."""
    for word in reversed(words):
        found, text = _key_and_text(word)
        if found == key:
            return Layer(origin_of(word), nested(key, text))
    return None


def toml_value(text: str) -> Any:
    """A value as TOML has it, or the text itself.

    >>> toml_value("10"), toml_value("demo/data"), toml_value('"10"')
    (10, 'demo/data', '10')
    """
    try:
        found = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return found["value"] if set(found) == {"value"} else text


def nested(key: Key, value: Any) -> dict[str, Any]:
    """A value as a table of tables."""
    for part in reversed(key):
        value = {part: value}
    return dict(value)


def _key_and_text(word: str) -> tuple[Key, str]:
    name, equals, text = (part.strip() for part in word.partition("="))
    if not equals or not name:
        raise UsageError(f"--set wants KEY=VALUE, got {without_password(word)!r}")
    key = _known(name, text)
    if not text:
        raise UsageError(f'--set {name}= has no value; write {name}=VALUE, or {name}=""')
    return key, text


def _known(name: str, text: str) -> Key:
    keys = known_keys(RunFile)
    full = name if name in keys else f"{SETTINGS}.{name}"
    if full not in keys:
        told = f"--set {name}={without_password(text)}: unknown setting `{name}`"
        raise UsageError(told + _nearest(name, keys))
    below = [short(key) for key in keys if key.startswith(f"{full}.")]
    if below:
        few = ", ".join(f"`{key}`" for key in below[:_MOST_NAMED])
        raise UsageError(
            f"--set {name}={without_password(text)}: `{name}` is a whole table;"
            f" set a key of it, such as {few}"
        )
    if full == BASE:
        raise UsageError(f"--set {name}={text}: `{BASE}` belongs into a file")
    return tuple(full.split("."))


def short(key: str) -> str:
    """A dotted key without `settings.`."""
    return key.removeprefix(f"{SETTINGS}.")


def _nearest(name: str, keys: Sequence[str]) -> str:
    names = [short(key) for key in keys]
    last = f".{short(name).rpartition('.')[2]}"
    # Whoever leaves out the table knows the key: every table that has it is named.
    near = [key for key in names if key.endswith(last)][:_MOST_NAMED]
    near = near or difflib.get_close_matches(short(name), names, n=1, cutoff=0.5)
    return f"; did you mean {' or '.join(f'`{key}`' for key in near)}?" if near else ""
