"""Where in a published file a person's rows are, without a look at everybody's.

Published rows of people stand in the order of a hash of their ids (`ptml.contracts.person_hash`),
so a person's are in one or two groups of rows of a Parquet file.
"""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from ptml.contracts.person_hash import PERSON, person_hash


def hash_ranges(path: Path, connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    """First and last hash of the people of each group of rows.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Works the hashes out; a table of it named ``people`` is hidden meanwhile.
    """
    found = []
    sql = f"SELECT min(h), max(h) FROM (SELECT DISTINCT {person_hash()} AS h FROM people)"
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        for group in range(file.num_row_groups):
            people = file.read_row_group(group, columns=[PERSON])
            connection.register("people", people)
            [(low, high)] = connection.execute(sql).fetchall()
            # A group without rows holds nobody's hash.
            found.append((1, 0) if low is None else (int(low), int(high)))
    return found
