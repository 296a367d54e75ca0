"""Reasons and alerts as published (`code`, `text_key`, `values`) turned into sentences."""

from collections.abc import Mapping
from typing import Any

from ptml.explain.catalogue import EFFECTS, INTERVENTIONS, RECOMMENDATIONS, SEEN
from ptml.explain.words import LANGUAGES, words_in
from ptml.report.wording import UNKNOWN, in_words, known


def sentence(item: object) -> str:
    """The sentence of one published reason, alert or intervention.

    Its own ``text`` where it carries one, else the catalogue's at its ``text_key``, else its code.

    >>> sentence({"code": "protected_time", "text_key": "protected_time"})
    'Set protected time aside, and put off parallel courses.'
    """
    if not isinstance(item, Mapping):
        return str(item)
    text = item.get("text")
    if isinstance(text, str) and text:
        return text
    template = _template(str(item.get("text_key") or ""))
    if template:
        values = item.get("values")
        return template.format_map(_Values(values if isinstance(values, Mapping) else {}))
    code = item.get("code") or item.get("text_key")
    return f"{in_words(str(code)).capitalize()}." if known(code) else "A reason without a name."


def observation(item: Mapping[str, Any]) -> str:
    """What a warning's reason saw, without what goes with it: for lists that say that above.

    >>> observation({"text_key": "mentor.none_held.raises", "values": {"due": 2}})
    'No mentor meeting of 2 due was held.'
    """
    said = sentence(item)
    for ending, stop in _TOLD_ABOVE.items():
        if said.endswith(ending):
            return f"{said.removesuffix(ending)}{stop}"
    return said


def step(item: object) -> str:
    """The sentence of one published intervention, with its owner and its time where known.

    >>> step({"text": "Book the mentor meetings.", "owner": "mentor", "due_days": 14})
    'Book the mentor meetings. (mentor, within 14 days)'
    """
    said = sentence(item)
    if not isinstance(item, Mapping):
        return said
    owner = in_words(str(item["owner"])) if known(item.get("owner")) else ""
    due = f"within {item['due_days']} days" if known(item.get("due_days")) else ""
    told = ", ".join(filter(None, (owner, due)))
    return f"{said} ({told})" if told else said


# What a heading over the list says already, in any language, and how its sentences end.
_TOLD_ABOVE = {
    words_in(language)["effect"][effect]: "." if language == "en" else "\u3002"
    for language in LANGUAGES
    for effect in ("raises", "lowers", "neutral")
}


class _Values(dict[str, Any]):
    """The values of a sentence; one that is absent or empty reads as unknown."""

    def __missing__(self, key: str) -> str:
        return UNKNOWN

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return UNKNOWN if value is None else value


def _template(text_key: str) -> str:
    whole = RECOMMENDATIONS.get(text_key) or INTERVENTIONS.get(text_key)
    seen, _, effect = text_key.rpartition(".")
    return whole or SEEN.get(seen, "") + EFFECTS.get(effect, "")
