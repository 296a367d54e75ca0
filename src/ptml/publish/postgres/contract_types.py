"""The output contract in PostgreSQL's words, for migrations and their tests."""

import pyarrow as pa

from ptml.contracts.json_checks import JSON_LIST, JSON_OBJECT
from ptml.contracts.outputs import OUTPUT_TABLES, OutputContract

JSON = "json"
_TYPES = {
    pa.string(): "text",
    pa.date32(): "date",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float64(): "double precision",
    pa.bool_(): "boolean",
    pa.timestamp("us", tz="UTC"): "timestamp with time zone",
}


def contract_columns(name: str) -> dict[str, tuple[str, bool]]:
    """Type and whether it may be NULL of each column of an output table.

    JSON is kept as ``json`` and not ``jsonb``: its operators work, and its text stays as it was
    published, to the byte.
    """
    contract = OUTPUT_TABLES[name]
    return {field.name: (_type(contract, field), field.nullable) for field in contract.arrow_schema}


def contract_step(name: str) -> str:
    """The call that makes an output table, to be put into a new migration.

    >>> print(contract_step("short_lists"))
    add_table(
        "short_lists",
        (
            "employee_id text NOT NULL",
            "listed integer NOT NULL",
            "asked integer NOT NULL",
            "reason text NOT NULL",
            "reasons json NOT NULL",
            "as_of date NOT NULL",
            "run_id text NOT NULL",
        ),
        key=("employee_id",),
    )
    """
    columns = [
        f'        "{column} {kind}{"" if may_be_null else " NOT NULL"}",'
        for column, (kind, may_be_null) in contract_columns(name).items()
    ]
    key = ", ".join(f'"{column}"' for column in OUTPUT_TABLES[name].key)
    ending = "," if len(OUTPUT_TABLES[name].key) == 1 else ""
    return "\n".join(
        [
            "add_table(",
            f'    "{name}",',
            "    (",
            *columns,
            "    ),",
            f"    key=({key}{ending}),",
            ")",
        ]
    )


def _type(contract: OutputContract, field: pa.Field) -> str:
    # Compared by value: the column keeps the very rules that the contract names.
    if getattr(contract.schema.columns()[field.name], "check", None) in (JSON_LIST, JSON_OBJECT):
        return JSON
    return _TYPES[field.type]
