"""The few figures that a line should show, in this order; the report has them all."""

HEADLINES = (
    ("recommend", "ndcg_at_10/chosen", "NDCG@10 on held-out time"),
    ("lift", "mean_lift", "mean lift of the courses started, points"),
    ("lift", "calibration_slope", "slope of observed on predicted lift"),
    ("transfer", "auc/completion", "AUC of the warning at completion"),
    ("transfer", "auc/day_30", "AUC of the warning after 30 days"),
)
"""Model as evidence calls it, name of the figure, and what a person calls it."""
