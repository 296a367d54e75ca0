"""Look before a run whether anything would stop it, without reading data or leaving a trace."""

from ptml.jobs.doctor.examination import Patient, examine

__all__ = ["Patient", "examine"]
