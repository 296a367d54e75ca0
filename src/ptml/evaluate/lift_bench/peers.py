"""Names of the peers, which run in an environment of their own (bench/peers-lift)."""

PEER_NAMES = {
    "econml_causal_forest_dml": "EconML CausalForestDML",
    "econml_linear_dml": "EconML LinearDML",
    "econml_dr_learner": "EconML DRLearner",
    "causalml_r": "CausalML R-learner",
    "causalml_dr": "CausalML DR-learner",
    "doubleml_irm": "DoubleML IRM, linear CATE",
}
