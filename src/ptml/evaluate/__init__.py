"""How good the models are: metrics with intervals, truth of simulations, public benchmarks."""
