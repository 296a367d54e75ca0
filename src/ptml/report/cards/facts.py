"""What a card needs to know beside the evidence: who answers for it, and what it was made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ptml.config import FrozenConfig
from ptml.report.figures import PlainTable


class CardConfig(FrozenConfig):
    """Who stands behind the models; printed on every model card, and used for nothing else."""

    owner: str = ""
    """The person or team that answers for the models; empty = the card says nobody is named."""
    contact: str = ""
    """How to reach the owner: an address that is read."""
    objections: str = ""
    """Where a person who is the subject of an estimate objects, or has an error mended."""


@dataclass(frozen=True)
class CardFacts:
    """One training as its cards tell it.

    Attributes
    ----------
    as_of : str
        The day before which everything had to be known (ISO).
    fingerprint : str
        SHA-256 of the rows that were kept.
    code : str
        Version of ptml and hash of its source.
    seed : int
    settings : mapping
        All settings that the training used, as nested mappings.
    changed : PlainTable
        Settings that differ from the default: name, value, default.
    contents : PlainTable
        What the data hold: people, courses, labels, each with its period.
    tables : PlainTable
        Rows read and set aside, by table.
    set_aside : tuple of str
        Why rows were set aside, in sentences.
    missing : tuple of str
        What missing tables and columns make impossible, in sentences.
    protected : tuple of str
        Names of the protected attributes that the audits could use.
    """

    as_of: str
    fingerprint: str
    code: str
    seed: int
    settings: Mapping[str, Any]
    changed: PlainTable
    contents: PlainTable
    tables: PlainTable
    set_aside: tuple[str, ...]
    missing: tuple[str, ...]
    protected: tuple[str, ...]

    @property
    def card(self) -> CardConfig:
        """Who answers for the models."""
        return CardConfig.model_validate(self.settings.get("card", {}))
