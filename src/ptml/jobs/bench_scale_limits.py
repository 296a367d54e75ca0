"""The least that each stage of scoring could take on this machine, one core, by bare loops.

Each rate is that of the cheapest known way to do the stage's unavoidable work, without checks,
words or bookkeeping; a stage's limit is its amount of work over that rate. Rates are measured in
processor seconds in the same run as what they are held against.

`python -m ptml.jobs.bench_scale_limits DATA MODELS OUT` prints them.
"""

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import duckdb
import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits

from ptml.jobs.bench_scale_kernels import (
    candidate_scores,
    feature_rows,
    kernel_inputs,
    mask_sums,
    top_of,
)
from ptml.jobs.bench_scale_watch import (
    CANDIDATES,
    FEATURES,
    HISTORY,
    LIFT,
    PUBLISHING,
    RANKING,
    READING,
    SHARED,
    WARNINGS,
    WORDS,
    WRITING,
)
from ptml.trees import CompiledTrees

Rates = dict[str, float]

REPEATS = 3
# Eight blocks of people; of the others as many as take a part of a second.
_PEOPLE, _PAIRS, _CASES = 4_096, 50_000, 10_000
_TEXTS = 10_000
# Numbers with a fraction, as the parts of a preference or a lift are, and their usual decimals.
_NUMBER, _DECIMALS = r"\d\.\d", 7


def measured_rates(data: Path, models: Path, out: Path) -> Rates:
    """Amounts of work a processor second, one thread.

    Parameters
    ----------
    data, models : Path
    out : Path
        A published run of both: what is written again and hashed.

    Returns
    -------
    dict
        ``rows_read``, ``rows_summed``, ``rows_fetched`` (rows about people), ``people_featured``,
        ``pairs_featured``, ``people_proposed``, ``pairs_lifted``, ``lists_ranked``,
        ``cases_explained``, ``text_bytes``, ``rows_written``, ``bytes_hashed``.
    """
    with threadpool_limits(1):
        return {**_table_rates(data), **_kernel_rates(models), **_output_rates(out)}


def stage_limits(rates: Mapping[str, float], amounts: Mapping[str, float]) -> dict[str, float]:
    """Seconds by stage of so much work.

    Parameters
    ----------
    amounts : mapping
        ``rows_in``, ``people``, ``pairs``, ``shown``, ``warnings``, ``text_bytes``, ``rows_out``,
        ``bytes_out``.
    """
    at = {name: 1 / rate for name, rate in rates.items()}
    rows, people, pairs = amounts["rows_in"], amounts["people"], amounts["pairs"]
    return {
        READING: rows * at["rows_read"],
        SHARED: rows * at["rows_summed"],
        HISTORY: rows * at["rows_fetched"],
        FEATURES: people * at["people_featured"] + pairs * at["pairs_featured"],
        CANDIDATES: people * at["people_proposed"],
        LIFT: pairs * at["pairs_lifted"],
        RANKING: people * at["lists_ranked"],
        WARNINGS: amounts["warnings"] * (at["cases_explained"] + at["people_featured"]),
        WORDS: amounts["shown"] * at["lifts_explained"] + amounts["text_bytes"] * at["text_bytes"],
        WRITING: amounts["rows_out"] * at["rows_written"],
        PUBLISHING: amounts["bytes_out"] * at["bytes_hashed"],
    }


def _rate(amount: float, work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Amount a processor second, the median over repeats after one that warms up."""
    work()
    return amount / median(_seconds(work) for _ in range(repeats))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    # The clock of processor time may stand still over something short.
    return max(time.process_time() - begun, 1e-6)


def _table_rates(data: Path) -> Rates:
    """DuckDB reads the files into memory, adds them up by a key, and hands them to NumPy."""
    files = _person_files(data)
    n_rows = sum(pq.read_metadata(path).num_rows for path in files.values())
    queries = {
        "rows_read": [
            f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_parquet('{path}')"
            for name, path in files.items()
        ],
        "rows_summed": [
            f"SELECT {_key(path)}, count(*) FROM {name} GROUP BY 1" for name, path in files.items()
        ],
        "rows_fetched": [f"SELECT {_numbers(path)} FROM {name}" for name, path in files.items()],
    }
    with duckdb.connect(config={"threads": 1}) as connection:
        # What is printed here is read as JSON.
        connection.execute("SET enable_progress_bar = false")

        def run(sqls: Sequence[str]) -> None:
            for sql in sqls:
                connection.execute(sql).fetchnumpy()

        return {name: _rate(n_rows, partial(run, sqls)) for name, sqls in queries.items()}


def _person_files(data: Path) -> dict[str, Path]:
    found = {}
    for path in sorted(data.glob("*.parquet")):
        if {"employee_id", "enrolment_id"} & set(pq.read_schema(path).names):
            found[path.stem] = path
    return found


def _key(path: Path) -> str:
    names = set(pq.read_schema(path).names)
    known = [
        n for n in ("course_id", "org_unit_id", "competency_id", "kind", "kpi_id") if n in names
    ]
    return known[0] if known else "1"


def _numbers(path: Path) -> str:
    """All columns but text; text is coded as a number, as bits of a hash are."""
    return ", ".join(
        f"hash({field.name}) AS {field.name}" if pa.types.is_string(field.type) else field.name
        for field in pq.read_schema(path)
    )


def _kernel_rates(models: Path) -> Rates:
    trees = sum(_n_trees(path) for path in sorted((models / "lift").glob("*.txt")))
    given = kernel_inputs(_PEOPLE, _PAIRS, max(trees, 1), np.random.default_rng(0))
    found = {
        "people_featured": _rate(_PEOPLE, lambda: feature_rows(given)),
        "pairs_featured": _rate(_PAIRS, lambda: given.pair_columns[:, given.of_pair]),
        "people_proposed": _rate(_PEOPLE, lambda: candidate_scores(given)),
        "pairs_lifted": _rate(_PAIRS, lambda: mask_sums(given)),
        "lists_ranked": _rate(_PEOPLE, lambda: top_of(given)),
    }
    warning = sorted((models / "warnings").glob("*.txt"))
    stage = sorted((models / "lift").glob("effect_*.txt"))
    found["cases_explained"] = _shares_rate(warning[:1])
    found["lifts_explained"] = _shares_rate(stage)
    return found


def _n_trees(path: Path) -> int:
    return sum(line.startswith("Tree=") for line in path.read_text().splitlines())


def _shares_rate(paths: Sequence[Path]) -> float:
    """Rows a second of the SHAP shares of all of some models; without any, there is no work."""
    if not paths:
        return float("inf")
    boosters = [lgb.Booster(model_file=path) for path in paths]
    x = np.random.default_rng(0).normal(size=(_CASES, boosters[0].num_feature()))
    rows = x.astype(np.float32)
    compiled = [CompiledTrees.of(booster) for booster in boosters]
    return _rate(_CASES, lambda: [one.shares(rows) for one in compiled])


def _output_rates(out: Path) -> Rates:
    files = sorted((out / "current").resolve().glob("*.parquet"))
    tables = [pq.read_table(path) for path in files]
    whole = b"".join(path.read_bytes() for path in files)
    reasons = pa.chunked_array([t["reasons"].cast(pa.string()) for t in tables if _has_words(t)])
    with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
        place = Path(scratch) / "again.parquet"
        return {
            "text_bytes": _text_rate(reasons.slice(0, _TEXTS)),
            "rows_written": _rate(
                sum(len(table) for table in tables),
                lambda: [pq.write_table(table, place, compression="zstd") for table in tables],
            ),
            "bytes_hashed": _rate(len(whole), lambda: hashlib.sha256(whole).digest()),
        }


def _has_words(table: pa.Table) -> bool:
    return "reasons" in table.column_names and len(table) > 0


def _text_rate(reasons: pa.ChunkedArray) -> float:
    """Bytes of reasons a second: pieces joined, with as many numbers made text as there are.

    Without the numbers it would be the speed of a copy within the cache, which no way of writing
    reasons could reach: the contract asks for their values.
    """
    n_bytes = int(pc.sum(pc.binary_length(reasons)).as_py() or 0)
    n_numbers = int(pc.sum(pc.count_substring_regex(reasons, _NUMBER)).as_py() or 0)
    if not n_bytes:
        return float("inf")
    numbers = pa.array(np.round(np.random.default_rng(0).normal(size=n_numbers), _DECIMALS))
    piece = pa.array(["0123456789abcdef" * 8] * -(-n_bytes // 512))

    def work() -> None:
        pc.cast(numbers, pa.string())
        pc.binary_join_element_wise(piece, piece, piece, piece, ",")

    return _rate(n_bytes, work)


def main(words: Sequence[str]) -> None:
    """Print the rates as JSON."""
    found: dict[str, Any] = measured_rates(*map(Path, words[:3]))
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
