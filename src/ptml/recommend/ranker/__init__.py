"""The second stage: a LightGBM ranker over the candidates of several sources."""
