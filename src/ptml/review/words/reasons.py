"""Published reasons, steps and levers as sentences in a language."""

from collections.abc import Mapping
from typing import Any

from ptml.explain.words import Words, words_in
from ptml.review.words.language import Wording

_UNKNOWN = {"en": "unknown", "zh-Hant": "未知", "zh-Hans": "未知"}


def reason_in(wording: Wording, item: Mapping[str, Any]) -> str:
    """The sentence of one published reason, intervention or lever in a language.

    Made anew from `text_key` and `values`, since what was published is in one language; its own
    text where the key is not known.
    """
    template = _template(words_in(wording.language), str(item.get("text_key") or ""))
    if template is None:
        return str(item.get("text") or item.get("code") or "")
    values = item.get("values")
    told = values if isinstance(values, Mapping) else {}
    return template.format_map(_Values(told, wording))


class _Values(dict[str, Any]):
    """The values of a sentence; one that is absent or empty reads as unknown."""

    def __init__(self, values: Mapping[str, Any], wording: Wording) -> None:
        super().__init__(values)
        self._wording = wording

    def __missing__(self, key: str) -> str:
        return _UNKNOWN[self._wording.language]

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return _UNKNOWN[self._wording.language] if value is None else value


def _template(words: Words, text_key: str) -> str | None:
    for section in ("recommendation", "intervention", "what_if", "rule", "stalled", "unit"):
        if text_key in words[section]:
            return words[section][text_key]
    seen, _, effect = text_key.rpartition(".")
    if seen in words["seen"] and effect in words["effect"]:
        return words["seen"][seen] + words["effect"][effect]
    return None
