"""Attempts to sign in from one address in a minute, counted in the database.

So it is one count however many processes serve the page. Other requests are counted in each
process (`ptml.review.access.limits`): a write for every look would be dearer than the look.
"""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from ptml.review.store.schema import knocks


def may_knock(connection: Connection, address: str, now: datetime, per_minute: int) -> bool:
    """Count an attempt that is answered; False for one too many in this minute of the clock."""
    minute = int(now.timestamp()) // 60
    connection.execute(delete(knocks).where(knocks.c.minute < minute))
    who = hashlib.sha256(f"address {address}".encode()).hexdigest()
    mine = (knocks.c.who == who) & (knocks.c.minute == minute)
    n = connection.scalar(select(knocks.c.n).where(mine))
    if (n or 0) >= per_minute:
        return False
    if n is None:
        connection.execute(insert(knocks).values(who=who, minute=minute, n=1))
    else:
        connection.execute(update(knocks).where(mine).values(n=n + 1))
    return True
