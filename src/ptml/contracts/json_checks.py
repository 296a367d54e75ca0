"""Checks of text columns that hold JSON."""

from ptml.contracts.rules import Check


def _json(opening: str, closing: str) -> Check:
    # Reading millions of values as JSON would cost more than writing them; a cut one shows anyway.
    return {
        f"is not JSON between {opening} and {closing}": lambda text: (
            text.str.starts_with(opening) & text.str.ends_with(closing)
        )
    }


JSON_LIST = _json("[", "]")
JSON_OBJECT = _json("{", "}")
