"""Text and tables as Markdown that shows them as they are."""

import re

from ptml.report.figures import PlainTable

# Signs that would be read as Markdown or HTML; an underscore within a word is none.
_SIGNS = re.compile(r"([\\`*\[\]<>|#])")


def plain(text: object) -> str:
    """Text of others as one line in which no sign is read as Markdown.

    >>> plain("a|b <i>\\nc")
    'a\\\\|b \\\\<i\\\\> c'
    """
    return _SIGNS.sub(r"\\\1", " ".join(str(text).split()))


def table(content: PlainTable) -> str:
    """A table, or one word where it has no rows."""
    if not content.rows:
        return "None."
    lines = [
        content.head,
        tuple("---:" if i in content.numeric else "---" for i in range(len(content.head))),
    ]
    rows = [tuple(plain(cell) or " " for cell in row) for row in content.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in [*lines, *rows])


def bullets(lines: tuple[str, ...]) -> str:
    """Sentences as a list."""
    return "\n".join(f"- {plain(line)}" for line in lines) or "None."
