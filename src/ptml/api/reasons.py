"""Reasons that are published as JSON, one row each."""

import json

import pandas as pd


def reason_rows(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Spread a column of JSON lists of objects: one row an object, a column a key.

    Parameters
    ----------
    table : DataFrame
        ``column`` holds JSON; all other columns are repeated.
    """
    spread = table.assign(**{column: [json.loads(text) for text in table[column]]})
    spread = spread.explode(column, ignore_index=True).dropna(subset=column)
    spread = spread.reset_index(drop=True)
    told = pd.DataFrame(spread[column].tolist(), index=spread.index)
    return spread.drop(columns=column).join(told)
