"""An export of a personnel system as contract tables, by a mapping file."""

import csv
from pathlib import Path

from ptml.errors import UsageError
from ptml.sources.importers.accounts import Accounts, counted
from ptml.sources.importers.hris.mapping import HrisMapping, Identifiers
from ptml.sources.importers.hris.rows import TableRows
from ptml.sources.importers.mapping_file import read_mapping
from ptml.sources.importers.people import COLUMNS, IDENTIFIERS_FILE
from ptml.sources.importers.records import Form, Records, open_records
from ptml.sources.importers.tables import write_table
from ptml.sources.importers.writing import ImportSummary, fresh_folder


def import_hris(source: Path, out: Path, mapping: Path) -> ImportSummary:
    """Write the tables that a mapping file makes of a file of rows.

    Parameters
    ----------
    source : Path
        CSV in any encoding and with any separator, JSON or JSON lines.
    out : Path
        New folder for the tables, the report and the rows that have no place.
    mapping : Path
        TOML: `docs/how-to/import.md`; `draft_mapping` makes a first one.

    Raises
    ------
    UsageError
        For a mapping that cannot be read or names columns that the file has not, a folder that
        holds something.
    DataError
        For a file that cannot be read.
    """
    told = read_mapping(mapping, HrisMapping)
    if not source.is_file():
        raise UsageError(f"there is no file at {source}")
    records = open_records(source, Form(told.source.encoding, told.source.separator))
    missing = [name for name in told.sources if name not in records.columns]
    if missing:
        raise UsageError(
            f"{source.name} has no column {', '.join(missing)}; it has {', '.join(records.columns)}"
        )
    with fresh_folder(out) as folder, Accounts(folder) as accounts:
        rows: dict[str, int] = {}
        for table in told.table:
            made = TableRows(table, accounts).made(records)
            if table.name in rows:
                raise UsageError(f"--map {mapping} makes {table.name} twice")
            rows[table.name] = write_table(folder, table.name, made)
        purpose = f" for {counted(len(rows), 'table')}"
        sentences = [_form(records), *accounts.sentences("row", purpose)]
        if told.identifiers is not None:
            n_names = _write_identifiers(folder, records, told.identifiers)
            sentences.append(
                f"{counted(n_names, 'identifier')} of people in {IDENTIFIERS_FILE}, for --people."
            )
        sentences += [f"{table}: {counted(n, 'row')}." for table, n in rows.items()]
    return ImportSummary(rows, tuple(sentences))


def _form(records: Records) -> str:
    if not records.form.encoding:
        return f"{records.path.name} is read as JSON."
    separator = {"\t": "tabs", ",": "commas"}.get(records.form.separator, records.form.separator)
    encoding = records.form.encoding.upper().removesuffix("-SIG")
    return f"{records.path.name} is read as {encoding}, separated by {separator}."


def _write_identifiers(folder: Path, records: Records, told: Identifiers) -> int:
    names: dict[str, str] = {}
    for record in records:
        employee = record.values.get(told.employee_id, "")
        for column in told.columns:
            name = record.values.get(column, "")
            if employee and name:
                names.setdefault(name, employee)
    with (folder / IDENTIFIERS_FILE).open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        rows.writerows(sorted(names.items()))
    return len(names)
