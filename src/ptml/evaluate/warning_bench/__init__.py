"""The early warning beside other classifiers, a rule and the oracle, where the truth is known."""
