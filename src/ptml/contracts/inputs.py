"""The input tables of the contract by name; each stands after the tables that it points to."""

from collections.abc import Mapping
from types import MappingProxyType

from ptml.contracts.ability import Assessments, Competencies, RoleRequirements
from ptml.contracts.acting import Flags, WarningActions
from ptml.contracts.learning import (
    CourseCompetencies,
    Courses,
    Enrolments,
    Exposures,
    Prerequisites,
    TransferEvidence,
)
from ptml.contracts.people import (
    Absences,
    Assignments,
    Employees,
    Feedback,
    Incidents,
    OrgUnits,
    PersonalGoals,
    Roles,
)
from ptml.contracts.results import Goals, KpiCompetencies, Kpis, Performance
from ptml.contracts.tables import TableContract

PROTECTED_PREFIX = "protected_"

INPUT_TABLES: Mapping[str, TableContract] = MappingProxyType(
    {
        "employees": TableContract(
            Employees,
            "A",
            "nothing can be done",
            key=("employee_id",),
            without_column={
                "hired_on": "tenure is counted from the first row that names the person",
                "left_on": "people who have left cannot be told from those who stay",
            },
        ),
        "org_units": TableContract(
            OrgUnits,
            "",
            "units have no names and no units above them",
            key=("org_unit_id",),
            references={"parent_id": "org_units"},
        ),
        "roles": TableContract(
            Roles,
            "",
            "roles have no titles and no job families, and managers cannot be told apart",
            key=("role_id",),
        ),
        "competencies": TableContract(
            Competencies,
            "C",
            "no portraits, gaps or eligibility by level",
            key=("competency_id",),
            references={"parent_id": "competencies"},
        ),
        "courses": TableContract(
            Courses,
            "A",
            "nothing can be done",
            key=("course_id",),
            without_column={
                "hours": "no planned weeks in learning paths",
                "cost": "no return on cost and no allocation of a budget",
                "mandatory": "mandatory courses count as chosen ones",
            },
        ),
        "kpis": TableContract(Kpis, "", "every KPI counts as better when higher", key=("kpi_id",)),
        "assignments": TableContract(
            Assignments,
            "C",
            "no units, roles or managers: no portraits, gaps, needs or take-up within a role",
            key=("employee_id", "valid_from"),
            references={
                "employee_id": "employees",
                "org_unit_id": "org_units",
                "role_id": "roles",
                "manager_id": "employees",
            },
            without_column={
                "grade": "levels of people of one grade cannot stand in for a missing assessment",
                "manager_id": "no manager's part in what helps or hinders",
            },
        ),
        "role_requirements": TableContract(
            RoleRequirements,
            "C",
            "no gaps: nothing says which level a role asks for",
            key=("role_id", "competency_id"),
            references={"role_id": "roles", "competency_id": "competencies"},
        ),
        "assessments": TableContract(
            Assessments,
            "C",
            "no portraits: nobody's level is known",
            order=("employee_id", "assessed_on", "competency_id", "source"),
            references={"employee_id": "employees", "competency_id": "competencies"},
        ),
        "course_competencies": TableContract(
            CourseCompetencies,
            "C",
            "no course can be matched to a gap",
            key=("course_id", "competency_id"),
            references={"course_id": "courses", "competency_id": "competencies"},
        ),
        "prerequisites": TableContract(
            Prerequisites,
            "",
            "no course waits for another",
            key=("course_id", "requires_course_id"),
            references={"course_id": "courses", "requires_course_id": "courses"},
        ),
        "enrolments": TableContract(
            Enrolments,
            "A",
            "nothing can be done",
            key=("enrolment_id",),
            order=("employee_id", "enrolled_on", "course_id", "enrolment_id"),
            references={"employee_id": "employees", "course_id": "courses"},
            without_column={
                "assigned_by": "what people chose cannot be told from what they were sent to",
                "started_on": "a course counts as started on the day of the enrolment",
                "completed_on": "no completion rates and no warnings",
            },
        ),
        "exposures": TableContract(
            Exposures,
            "",
            "no new policy can be judged by what was shown before",
            key=("employee_id", "course_id", "shown_on"),
            references={"employee_id": "employees", "course_id": "courses"},
            without_column={
                "propensity": "no new policy can be judged by what was shown before",
            },
        ),
        "transfer_evidence": TableContract(
            TransferEvidence,
            "W",
            "no warnings: nothing shows whether learning is used at work",
            order=("enrolment_id", "due_on", "done_on", "kind"),
            references={"enrolment_id": "enrolments"},
            without_column={
                "due_on": "a check that was missed cannot be told from one that was never due",
                "done_on": "no warnings: nothing shows when evidence was seen",
                "score": "no warnings: no behaviour check has a score",
            },
        ),
        "flags": TableContract(
            Flags,
            "",
            "whether flagging helps can be told from published runs only",
            key=("enrolment_id", "stage", "flagged_on"),
            references={"enrolment_id": "enrolments"},
        ),
        "warning_actions": TableContract(
            WarningActions,
            "",
            "what acting on a warning does to those who were helped cannot be told",
            order=("enrolment_id", "decided_on", "code"),
            references={"enrolment_id": "enrolments"},
            without_column={
                "done_on": "help that was given cannot be told from help that was promised",
            },
        ),
        "performance": TableContract(
            Performance,
            "L",
            "no lift: there is no result at work to compare",
            key=("employee_id", "kpi_id", "period_start"),
            order=("employee_id", "period_start", "kpi_id"),
            references={"employee_id": "employees", "kpi_id": "kpis"},
        ),
        "goals": TableContract(
            Goals,
            "",
            "needs are not weighed by what a unit is steered by",
            key=("org_unit_id", "kpi_id", "period_start"),
            references={"org_unit_id": "org_units", "kpi_id": "kpis"},
        ),
        "kpi_competencies": TableContract(
            KpiCompetencies,
            "",
            "a weak KPI cannot be traced to competencies",
            key=("kpi_id", "competency_id"),
            references={"kpi_id": "kpis", "competency_id": "competencies"},
        ),
        "feedback": TableContract(
            Feedback,
            "",
            "motivation, support and opportunity are unknown",
            order=("employee_id", "asked_on", "kind"),
            references={"employee_id": "employees"},
        ),
        "personal_goals": TableContract(
            PersonalGoals,
            "",
            "what people want to learn is unknown",
            order=("employee_id", "competency_id", "by_date"),
            references={"employee_id": "employees", "competency_id": "competencies"},
        ),
        "absences": TableContract(
            Absences,
            "",
            "weak transfer during a long absence cannot be told from any other",
            order=("employee_id", "from_day"),
            references={"employee_id": "employees"},
        ),
        "incidents": TableContract(
            Incidents,
            "",
            "trouble with machines or staffing cannot be told from a lack of skill",
            order=("org_unit_id", "occurred_on"),
            references={"org_unit_id": "org_units"},
        ),
    }
)
