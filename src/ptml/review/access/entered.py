"""What an administrator enters about an account, as the ids that the tables have."""

from sqlalchemy import Connection, select

from ptml.review.store.schema import people, units
from ptml.review.words import N_, WrongInputError

_SHOWN = 5


def units_called(connection: Connection, text: str) -> tuple[str, ...]:
    """Ids of units, of lines that each have a unit's name, or ids.

    Raises
    ------
    WrongInputError
        When a line names none, or several of the same name: rights that reach nobody look like
        rights till somebody complains.
    """
    by_name: dict[str, list[str]] = {}
    for row in connection.execute(select(units.c.org_unit_id, units.c.name)):
        by_name.setdefault(row.name.casefold(), []).append(row.org_unit_id)
    ids = {unit for named in by_name.values() for unit in named}
    found: list[str] = []
    unknown: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        called = [line] if line in ids else by_name.get(line.casefold(), [])
        several = line.replace(",", " ").split()
        if len(called) == 1:
            found += called
        elif several and ids.issuperset(several):
            found += several
        else:
            unknown.append(line)
    if unknown:
        raise WrongInputError(
            "units",
            N_("There is no unit, or more than one, of this name or id: {units}"),
            units=", ".join(unknown[:_SHOWN]),
        )
    return tuple(dict.fromkeys(found))


def person_called(connection: Connection, text: str) -> str | None:
    """The employee id of somebody in the published tables; None for no text.

    Raises
    ------
    WrongInputError
        When nobody has it.
    """
    person = text.strip() or None
    wanted = select(people.c.employee_id).where(people.c.employee_id == person)
    if person is not None and connection.scalar(wanted) is None:
        raise WrongInputError("employee_id", N_("Nobody in the published tables has this id."))
    return person
