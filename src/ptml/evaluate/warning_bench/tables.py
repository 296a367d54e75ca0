"""Tables of Markdown."""

from collections.abc import Sequence


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]], n_words: int) -> list[str]:
    """Lines of a table; the first ``n_words`` columns hold words, the others numbers.

    Examples
    --------
    >>> markdown_table(["method", "AUC"], [["ptml", "0.8"]], 1)
    ['| method | AUC |', '| --- | ---: |', '| ptml | 0.8 |']
    """
    rule = ["---"] * n_words + ["---:"] * (len(head) - n_words)
    return ["| " + " | ".join(cells) + " |" for cells in (head, rule, *rows)]
