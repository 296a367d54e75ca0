"""Which tables travel to the buckets, and by what."""

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.person_hash import PERSON, PERSONAL_TABLES

BY_EMPLOYEE = tuple(name for name in PERSONAL_TABLES if PERSON in INPUT_TABLES[name].columns)
"""Tables that name the person in each row."""
BY_ENROLMENT = tuple(name for name in PERSONAL_TABLES if name not in BY_EMPLOYEE)
"""Tables whose rows name an enrolment, which has to be looked up for its person."""
