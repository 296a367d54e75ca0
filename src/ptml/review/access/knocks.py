"""Attempts to sign in from one address in a minute, counted in the database.

So it is one count however many processes serve the page. Other requests are counted in each
process (`ptml.review.access.limits`): a write for every look would be dearer than the look.
"""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from ptml.review.store.schema import knocks


def may_knock(connection: Connection, address: str, now: datetime, per_minute: int) -> bool:
    """Count an attempt that is answered; False for one too many in the last sixty seconds.

    The minute before counts by the part of it that is still within the sixty seconds.
    """
    minute, second = divmod(int(now.timestamp()), 60)
    connection.execute(delete(knocks).where(knocks.c.minute < minute - 1))
    who = hashlib.sha256(f"address {address}".encode()).hexdigest()
    mine = select(knocks.c.minute, knocks.c.n).where(knocks.c.who == who)
    counts = {row.minute: row.n for row in connection.execute(mine)}
    n, before = counts.get(minute), counts.get(minute - 1, 0)
    if (n or 0) + before * (60 - second) / 60 + 1 > per_minute:
        return False
    if n is None:
        connection.execute(insert(knocks).values(who=who, minute=minute, n=1))
    else:
        this = (knocks.c.who == who) & (knocks.c.minute == minute)
        connection.execute(update(knocks).where(this).values(n=n + 1))
    return True
