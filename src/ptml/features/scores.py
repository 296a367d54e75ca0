"""The contract's performance score in SQL: whole numbers, so that no order of rows matters."""

# Weights are relative; beyond this they would not fit into a whole number.
LARGEST_WEIGHT = 1e6

_ATTAINMENT = """CASE
    WHEN coalesce(k.higher_is_better, true) THEN p.value / p.target
    WHEN p.value <= 0 THEN 2.0
    ELSE p.target / p.value END"""


def period_scores_sql(person: str = "p.employee_id", joined: str = "") -> str:
    """SQL for the score of every `person` and period.

    Parameters
    ----------
    person : str
        What a row of `performance`, there called p, is counted under.
    joined : str
        Joins that it needs.
    """
    return f"""
    SELECT person, period_start, period_end,
        sum(parts)::DOUBLE / sum(weights)::DOUBLE / 1048576 AS score
    FROM (
        SELECT {person} AS person, p.period_start, p.period_end,
            floor(least(coalesce(p.weight, 1), {LARGEST_WEIGHT}) * 1048576)::HUGEINT AS weights,
            weights * floor(least(greatest({_ATTAINMENT}, 0.0), 2.0) * 104857600 + 0.5)::HUGEINT
                AS parts
        FROM performance AS p LEFT JOIN kpis AS k USING (kpi_id) {joined}
    )
    GROUP BY person, period_start, period_end
    HAVING sum(weights) > 0
    """
