"""Published reasons, steps and levers as sentences in a language."""

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any

from ptml.explain.words import Words, words_in
from ptml.review.words.language import Wording

# As elsewhere on the page; smaller numbers are written alike in all languages.
_THOUSAND = 1_000
_UNKNOWN = {"en": "unknown", "zh-Hant": "未知", "zh-Hans": "未知"}


def reason_in(
    wording: Wording, item: Mapping[str, Any], titles: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The sentence of one published reason, intervention or lever in a language.

    Made anew from `text_key` and `values`, since what was published is in one language. Where the
    key is not known, or a value is not told, it is the published text: right in one language
    rather than short of a figure in another.

    Parameters
    ----------
    titles : mapping of str to str
        Titles of courses by id, for sentences that name one.
    """
    template = _template(words_in(wording.language), str(item.get("text_key") or ""))
    published = str(item.get("text") or "")
    if template is None:
        return published or str(item.get("code") or "")
    told = item.get("values")
    values = _with_derived(told if isinstance(told, Mapping) else {}, titles)
    named = {name for _, name, _, _ in Formatter().parse(template) if name}
    if published and not named <= set(values):
        return published
    unknown = _UNKNOWN[wording.language]
    return template.format(**{name: _said(wording, values.get(name), unknown) for name in named})


def _with_derived(values: Mapping[str, Any], titles: Mapping[str, str]) -> Mapping[str, Any]:
    """Values with those that a sentence is made of and that are told in another form."""
    found = dict(values)
    if "preference" in values:
        found.setdefault("percent", round(100 * float(values["preference"])))
    past = values.get("past") or ()
    if past:
        course = max(past, key=lambda one: float(one["contribution"]))["course_id"]
        if course in titles:
            found.setdefault("course", titles[course])
    return found


def seen_in(wording: Wording, item: Mapping[str, Any]) -> str:
    """What was seen, without what goes with it; the whole sentence where it cannot be parted."""
    key = str(item.get("text_key") or "").rpartition(".")[0]
    template = words_in(wording.language)["seen"].get(key)
    if template is None:
        return reason_in(wording, item)
    told = item.get("values")
    values, unknown = (told if isinstance(told, Mapping) else {}), _UNKNOWN[wording.language]
    named = [name for _, name, _, _ in Formatter().parse(template) if name]
    return template.format(**{name: _said(wording, values.get(name), unknown) for name in named})


def intervention_in(wording: Wording, code: str) -> str:
    """What is done, by its code; the code itself where it is not known."""
    return words_in(wording.language)["intervention"].get(code, code)


def caution_in(wording: Wording) -> str:
    """What has to be said beside every lever."""
    return words_in(wording.language)["single"]["caution"]


def _said(wording: Wording, value: Any, unknown: str) -> Any:
    if isinstance(value, int) and abs(value) >= _THOUSAND:
        return wording.number(value)
    return unknown if value is None else value


_SECTIONS = ("recommendation", "path", "intervention", "what_if", "rule", "stalled", "unit")


def _template(words: Words, text_key: str) -> str | None:
    for section in _SECTIONS:
        if text_key in words[section]:
            return words[section][text_key]
    seen, _, effect = text_key.rpartition(".")
    for first, then in (("seen", "effect"), ("unit", "effect"), ("rule", "rule_record")):
        if seen in words[first] and effect in words[then]:
            return words[first][seen] + words[then][effect]
    return None
