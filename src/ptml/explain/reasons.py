"""Why a completion is at risk: every family with its share and one sentence, as JSON text."""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.explain.cases import WarnedCases
from ptml.explain.json_text import (
    as_objects,
    filled,
    joined,
    json_lists,
    json_object,
    json_string,
    number_text,
    without_nulls,
)
from ptml.explain.seen import BLOCKED, SENTENCES
from ptml.explain.sentences import Columns, Sentence, chosen
from ptml.explain.words import Words
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.topics import FAMILIES, PARTS, SINCE, TOPICS

Objects = NDArray[np.object_]
Doubles = NDArray[np.float64]

DIRECTIONS = ("raises", "lowers", "neutral")
# So fine that the shares still add up to the log-odds within 1e-6.
SHARE_DECIMALS = 9
_PRACTICE = FAMILIES.index("practice")


def reasons_json(cases: WarnedCases) -> Objects:
    """Write the reasons of each case, those that raise the risk most first.

    Returns
    -------
    (m,) object
        A JSON list of ``{code, family, part, share, clear, text_key, values, text}``, every family
        once. What was seen since the course comes last, however large: it is no reason why. Where
        something stands in the way it is said first, as the reason of the chance to practise.
        ``clear`` is false where the share may be chance: it is not shown as a reason.
    """
    items = np.empty((len(cases), len(FAMILIES)), dtype=object)
    for family in range(len(FAMILIES)):
        items[:, family] = _family_items(cases, family)
    _overwrite_blocked(items[:, _PRACTICE], cases)
    weight = cases.topics.by_family.copy()
    weight[cases.unit_matter > 0, _PRACTICE] = np.inf
    weight[:, SINCE] = -np.inf
    order = np.argsort(-weight, axis=1, kind="stable")
    return json_lists(np.take_along_axis(items, order, axis=1))


def _family_items(cases: WarnedCases, family: int) -> Objects:
    share, topic = cases.topics.by_family[:, family], cases.topics.leading(family)
    direction = np.where(~cases.clear[:, family], 2, np.where(share > 0, 0, 1))
    items = np.empty(len(share), dtype=object)
    for code in np.unique(topic):
        rows = np.flatnonzero(topic == code)
        of_rows = _Picked(cases.columns, rows)
        sentences = SENTENCES[TOPICS[code].code]
        choice = chosen(sentences, of_rows, len(rows)) * len(DIRECTIONS) + direction[rows]
        for pick in np.unique(choice):
            at = np.flatnonzero(choice == pick)
            sentence = sentences[pick // len(DIRECTIONS)]
            said = _Said(TOPICS[code].code, family, sentence, DIRECTIONS[pick % len(DIRECTIONS)])
            items[rows[at]] = said.of(share[rows[at]], _Picked(of_rows, at), cases.words)
    return items


def _overwrite_blocked(items: Objects, cases: WarnedCases) -> None:
    share = cases.topics.by_family[:, _PRACTICE]
    for code, name in enumerate(UNIT_MATTERS):
        rows = np.flatnonzero(cases.unit_matter == code)
        if name and len(rows):
            said = _Said(f"blocked_by_{name}", _PRACTICE, BLOCKED[name], "blocked")
            items[rows] = said.of(share[rows], _Picked(cases.columns, rows), cases.words)


@dataclass(frozen=True)
class _Said:
    """One sentence about one topic, with what goes with it."""

    code: str
    family: int
    sentence: Sentence
    effect: str

    def of(self, share: Doubles, columns: Columns, words: Words) -> Objects:
        """Write the reason of each case as a JSON object."""
        texts = {
            name: number_text(field.of(columns), field.decimals)
            for name, field in self.sentence.fields.items()
        }
        template = words["seen"][self.sentence.key] + words["effect"][self.effect]
        item = json_object(
            {
                "code": [json.dumps(self.code)],
                "family": [json.dumps(FAMILIES[self.family])],
                "part": [json.dumps(PARTS[FAMILIES[self.family]])],
                "share": [number_text(share, SHARE_DECIMALS)],
                "clear": [json.dumps(self.effect != "neutral")],
                "text_key": [json.dumps(f"{self.sentence.key}.{self.effect}")],
                "values": json_object({k: [without_nulls(v)] for k, v in texts.items()}),
                "text": json_string(filled(template, texts, words["single"]["unknown"])),
            }
        )
        return as_objects(joined(item, len(share)))


class _Picked(dict[str, NDArray[np.float32]]):
    """Some rows of columns, each column picked when it is asked for."""

    def __init__(self, columns: Columns, rows: NDArray[np.integer]) -> None:
        super().__init__()
        self._columns, self._rows = columns, rows

    def __missing__(self, name: str) -> NDArray[np.float32]:
        self[name] = self._columns[name][self._rows]
        return self[name]

    def __contains__(self, name: object) -> bool:
        return name in self._columns
