"""Two trainings on the outcomes of the same newest days: paired, with intervals."""
