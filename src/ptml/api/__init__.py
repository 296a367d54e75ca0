"""The face towards notebooks: load, features, fit, predict, explain, as typed pandas frames."""
