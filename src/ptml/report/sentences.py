"""Reasons and alerts as published (`code`, `text_key`, `values`) turned into sentences."""

from collections.abc import Mapping

from ptml.report.wording import in_words, known


def sentence(item: object) -> str:
    """The sentence of one published reason, alert or intervention."""
    if not isinstance(item, Mapping):
        return str(item)
    text = item.get("text")
    if isinstance(text, str) and text:
        return text
    code = item.get("code") or item.get("text_key")
    return f"{in_words(str(code)).capitalize()}." if known(code) else "A reason without a name."
