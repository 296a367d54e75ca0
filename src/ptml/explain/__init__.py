"""Say in words why: shares of a model to reason families, sentences and interventions."""
