"""The examples of the API run, names are there, and importing the package stays fast."""

import doctest
import importlib
import subprocess
import sys

import pytest

import ptml

MODULES = (
    "budget",
    "company",
    "diagnosis",
    "frames",
    "health",
    "lift",
    "made",
    "recommender",
    "segmenting",
    "teams",
    "warning",
    "weak_transfer",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    module = importlib.import_module(f"ptml.api.{name}")
    failed, tried = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried
    assert not failed


def test_every_name_is_there() -> None:
    for name in ptml.__all__:
        assert getattr(ptml, name).__doc__, name
        assert name in dir(ptml)
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        ptml.lode  # noqa: B018


def test_importing_the_package_loads_nothing_heavy() -> None:
    told = (
        "import sys, ptml; "
        "print([n for n in ('numpy', 'pandas', 'sklearn', 'duckdb') if n in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
