"""A first mapping file, drafted from the header and the values of a file."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from ptml.contracts.inputs import INPUT_TABLES
from ptml.errors import UsageError
from ptml.sources.importers.hris.header_words import ACCOUNT_WORDS, ADDRESS_WORDS, HEADER_WORDS
from ptml.sources.importers.records import Records, open_records

_LOOKED_AT = 1000
_LEAST_SHARE = 0.5
_FAR_YEAR = 2100
_DATES = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%d.%m.%Y", "%d/%m/%Y"),
    *("%m/%d/%Y", "%d-%b-%Y", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M"),
)
_MARKS = re.compile(r"[\s_\-./()（）#*]+")


def draft_mapping(source: Path, out: Path) -> tuple[str, ...]:
    """Write a mapping file to be completed by a person; give what it found as sentences.

    Parameters
    ----------
    source : Path
        The file of rows.
    out : Path
        TOML file to make.

    Raises
    ------
    UsageError
        When ``out`` is there already, or no column is known by its name.
    DataError
        When the file cannot be read.
    """
    if out.exists():
        raise UsageError(f"{out} is there already; name a new file or remove it first")
    if not source.is_file():
        raise UsageError(f"there is no file at {source}")
    records = open_records(source)
    tables = dict(_tables(records.columns))
    if not tables:
        raise UsageError(
            f"no column of {source.name} is known by its name ({', '.join(records.columns)}): write"
            " the mapping by hand"
        )
    used = {name for columns in tables.values() for name in columns.values()}
    used.update(_other_names(records.columns, tables))
    unused = [name for name in records.columns if name and name not in used]
    try:
        out.write_text(_toml(records, tables, unused), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror})") from error
    return (
        f"{out}: {', '.join(tables)} from {len(used)} of {len(records.columns)} columns.",
        f"Not used: {', '.join(unused) or 'none'}.",
        "Read it, correct it, then: ptml import hris SOURCE OUT --map " + str(out),
    )


def _tables(columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """Tables all of whose required columns are there, with the file's columns."""
    by_word = {_MARKS.sub("", name).lower(): name for name in reversed(columns) if name}
    for table, words in HEADER_WORDS.items():
        found = {
            column: name
            for column, known in words.items()
            if (name := next((by_word[w] for w in known if w in by_word), None)) is not None
        }
        if set(INPUT_TABLES[table].required) <= found.keys():
            yield table, found


def _toml(records: Records, tables: dict[str, dict[str, str]], unused: list[str]) -> str:
    values = _values(records)
    lines = [
        f"# Drafted from {records.path.name}: each line is a guess by the name of a column.",
        "# Read docs/how-to/import.md, correct it, take out what is not so.",
        "",
    ]
    if records.form.encoding:
        encoding = records.form.encoding.removesuffix("-sig")
        lines += [
            "[source]",
            f"encoding = {_quoted(records.form.encoding if encoding != 'utf-8' else '')}",
            f"separator = {_quoted(records.form.separator)}",
            "",
        ]
    lines += _identifiers(records.columns, tables)
    for table, columns in tables.items():
        lines += ["[[table]]", f"name = {_quoted(table)}", "[table.columns]"]
        kinds = INPUT_TABLES[table].duckdb_types
        for column, name in columns.items():
            kind = kinds.get(column, "VARCHAR")
            lines.append(f"{column} = {_cell(name, kind, values[name])}")
        lines.append("")
    if unused:
        lines += ["# Not used:", *(f"#   {name}" for name in unused), ""]
    return "\n".join(lines)


def _identifiers(columns: tuple[str, ...], tables: dict[str, dict[str, str]]) -> list[str]:
    employee = tables.get("employees", {}).get("employee_id")
    names = _other_names(columns, tables)
    if employee is None or not names:
        return []
    named = ", ".join(map(_quoted, names))
    return ["[identifiers]", f"employee_id = {_quoted(employee)}", f"columns = [{named}]", ""]


def _other_names(columns: tuple[str, ...], tables: dict[str, dict[str, str]]) -> list[str]:
    """Columns by which other systems may call people, beside the one that numbers them."""
    numbers = {found.get("employee_id") for found in tables.values()}
    words = {*ADDRESS_WORDS, *ACCOUNT_WORDS}
    return [
        name for name in columns if name not in numbers and _MARKS.sub("", name).lower() in words
    ]


def _cell(name: str, kind: str, values: list[str]) -> str:
    if kind == "DATE":
        return _date_cell(name, values)
    if kind in ("INTEGER", "DOUBLE") and values and not all(map(_is_number, values)):
        pattern = r"(\d+)"
        if all(re.search(pattern, value) for value in values):
            return f"{{ column = {_quoted(name)}, pattern = '{pattern}' }}  # {values[0]} -> number"
    return _quoted(name)


def _date_cell(name: str, values: list[str]) -> str:
    fits = {form: [value for value in values if _fits(value, form)] for form in _DATES}
    form = max(_DATES, key=lambda each: (len(fits[each]), -_DATES.index(each)))
    odd = [value for value in values if value not in fits[form]]
    if len(fits[form]) < _LEAST_SHARE * len(values) or not values:
        return f'{{ column = {_quoted(name)}, date = "?" }}  # which form? none fits'
    # Systems write "for ever" as a day far away.
    never = [v for v in fits[form] if datetime.strptime(v, form).year >= _FAR_YEAR]  # noqa: DTZ007
    empty = f", empty = [{', '.join(map(_quoted, never[:3]))}]" if never else ""
    note = f"  # not so: {', '.join(odd[:3])}" if odd else ""
    if form == "%d/%m/%Y" and len(fits["%m/%d/%Y"]) == len(fits[form]):
        note = "  # or %m/%d/%Y: both fit, say which"
    return f"{{ column = {_quoted(name)}, date = {_quoted(form)}{empty} }}{note}"


def _values(records: Records) -> dict[str, list[str]]:
    """Distinct values of each column among the first rows."""
    found: dict[str, dict[str, None]] = {name: {} for name in records.columns}
    for record in islice(records, _LOOKED_AT):
        for name, value in record.values.items():
            if value and name in found:
                found[name][value] = None
    return {name: list(values) for name, values in found.items()}


def _fits(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007
    except ValueError:
        return False
    return True


def _is_number(value: str) -> bool:
    try:
        float(value.removesuffix("%"))
    except ValueError:
        return False
    return True


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
