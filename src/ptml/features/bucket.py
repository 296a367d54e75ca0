"""A bucket of employees: the unit of work, by a hash that stays the same for ever."""

from dataclasses import dataclass

from ptml.contracts.dataset import Dataset


@dataclass(frozen=True)
class Bucket:
    """One of `count` parts of all employees.

    An employee is in bucket ``lower 64 bits of md5(employee_id) % count``, so that it does not
    depend on who else is there, on the order of rows or on the machine.
    """

    index: int
    count: int

    def __post_init__(self) -> None:
        if not 0 <= self.index < self.count:
            raise ValueError(
                f"Bucket index must lie in 0..count-1, got {self.index} of {self.count}"
            )

    def sql(self, column: str) -> str:
        """The condition that picks the bucket's rows by their employee id."""
        return f"md5_number_lower({column}) % {self.count} = {self.index}"


def buckets_of(dataset: Dataset, bucket_employees: int) -> list[Bucket]:
    """Cut the people of a source into buckets of about so many; there is at least one."""
    n_people = dataset.rows_read.get("employees", 0)
    count = max(-(-n_people // bucket_employees), 1)
    return [Bucket(index, count) for index in range(count)]
