"""Other people in what is told to one: their ids and names are taken out."""

import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from ptml.review.store.schema import accounts, people

ANOTHER = "(another person)"
_OTHERS_KEYS = frozenset({"owner_id", "manager_id"})
_WORD = re.compile(r"[\w@.\-]+")


@dataclass(frozen=True)
class Others:
    """Everybody but one.

    Attributes
    ----------
    ids : frozenset of str
        Ids and logins: each is one word.
    names : tuple of str
        The longest first, so that no part of a name stays.
    """

    ids: frozenset[str]
    names: tuple[str, ...]

    @classmethod
    def of(cls, connection: Connection, employee_id: str) -> "Others":
        """Everybody in the database but this person."""
        listed = connection.execute(select(people.c.employee_id, people.c.name)).all()
        signing = connection.execute(
            select(accounts.c.employee_id, accounts.c.name, accounts.c.login, accounts.c.email)
        ).all()
        mine = {row.name for row in (*listed, *signing) if row.employee_id == employee_id}
        ids = {row.employee_id for row in listed} - {employee_id}
        for row in signing:
            if row.employee_id != employee_id:
                ids |= {row.login, row.email or row.login}
        names = {row.name for row in (*listed, *signing) if row.name} - mine
        return cls(frozenset(ids), tuple(sorted(names, key=lambda name: (-len(name), name))))

    def without(self, value: Any) -> Any:
        """A value of JSON, in which JSON may be written as text, without other people."""
        if isinstance(value, dict):
            return {k: self.without(v) for k, v in value.items() if k not in _OTHERS_KEYS}
        if isinstance(value, list):
            return [self.without(item) for item in value]
        if not isinstance(value, str):
            return value
        if value[:1] in ("[", "{"):
            try:
                return self.without(json.loads(value))
            except ValueError:
                pass
        return self._blotted(value)

    def _blotted(self, text: str) -> str:
        for name in self.names:
            if name in text:
                text = text.replace(name, ANOTHER)
        return _WORD.sub(lambda word: ANOTHER if self._is_id(word[0]) else word[0], text)

    def _is_id(self, word: str) -> bool:
        return word in self.ids or word.rstrip(".-") in self.ids
