# The two commands of a newcomer: `make demo` and `make test`. Everything else is for developers.
SHELL := /bin/bash
PYTHON ?= python3
UV := .venv/bin/uv
RUN := env -u VIRTUAL_ENV $(UV) run --frozen --quiet
# Registries and mirrors are the machine's matter: uv and pip read their own settings.
export UV_PROJECT_ENVIRONMENT := .venv
# Where a machine forbids to keep compiled modules, each of the many processes of demo and tests
# would compile some 4,000 of them anew: 7 seconds each.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup spark demo review demo-year test check static format lint types layers dead messages docs cards notebooks bench bench-recommend bench-lift bench-warning bench-health bench-path bench-scale bench-faults bench-review review-shots airflow-example clean settings

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

setup: .venv/ready ## a virtual environment with everything locked

.venv/ready: pyproject.toml uv.lock
	@test -x $(UV) || { $(PYTHON) -m venv .venv && .venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'; }
	env -u VIRTUAL_ENV $(UV) sync --frozen --quiet --inexact
	@touch $@

spark: setup ## what `--engine spark` needs beside Java: pyspark, 430 MB
	env -u VIRTUAL_ENV $(UV) sync --frozen --quiet --inexact --extra spark

demo: setup ## the main job end to end on a simulated organisation; writes demo/
	$(RUN) ptml demo --out demo

# The demo is made where it is not there yet; the accounts are shown when it starts.
review: setup ## the review page on the demo run, with demo accounts, at http://127.0.0.1:8600/
	@test -e demo/out || $(MAKE) --no-print-directory demo
	$(RUN) ptml review --data demo/out --db sqlite:///demo/review.db --demo

demo-year: setup ## a year of monthly retrains with planted changes; writes demo-year/
	$(RUN) ptml year demo-year

# Two files at a time, each on one core: threads of both would only wait for one another, and a file
# that is torn apart makes what its tests share twice.
test: setup ## all tests; says in one line each what it skipped
	OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive OPENBLAS_NUM_THREADS=1 $(RUN) pytest -q -n 2 --dist loadfile --no-loadscope-reorder

check: setup ## what CI runs
	@$(MAKE) --no-print-directory -j2 --output-sync=target static
	@$(MAKE) --no-print-directory test

static: format lint types layers dead docs ## all that needs no test to run

format: setup
	$(RUN) ruff format --check .

lint: setup
	$(RUN) ruff check .

types: setup
	$(RUN) mypy

layers: setup
	$(RUN) lint-imports

dead: setup
	$(RUN) vulture

messages: setup ## bring the translations up to date after a change of wording
	$(RUN) python -m tests.explain.messages
	$(RUN) python -m tests.review.messages

docs: setup ## the documentation as a site, in site/; every warning ends it
	NO_MKDOCS_2_WARNING=1 $(RUN) mkdocs build --strict --quiet

cards: setup ## the committed model cards, made anew from a demo run (2.5 minutes)
	$(RUN) ptml demo --out demo
	@for name in recommend lift warnings; do \
	  mkdir -p models/$$name && cp demo/models/$$name/CARD.md models/$$name/CARD.md; done

settings: setup ## bring the list of settings up to date after a change of one
	$(RUN) ptml settings --markdown > docs/reference/settings.md

notebooks: setup ## run the notebooks
	$(RUN) pytest -q tests/test_notebooks.py

bench: setup ## the measured figures of the README (slow)
	$(RUN) ptml bench simulated
	$(RUN) ptml bench demo
	$(RUN) ptml bench shap
	$(RUN) ptml bench score
	$(RUN) ptml bench monitor
	$(RUN) ptml bench proficiency
	@if [ -d ../shared/data/mooccubex ]; then $(RUN) ptml bench mooccubex ../shared/data/mooccubex; \
	else echo "skipped: bench mooccubex (../shared/data/mooccubex is not there)"; fi

# RecTools and LensKit cannot share ptml's environment (numpy, torch): they get their own, 6 GB.
bench/peers/.venv/ready: bench/peers/requirements.txt
	env -u VIRTUAL_ENV $(UV) venv --quiet --allow-existing --python .venv/bin/python bench/peers/.venv
	env -u VIRTUAL_ENV $(UV) pip install --quiet --python bench/peers/.venv/bin/python -r $<
	@touch $@

bench-recommend: setup ## recommenders side by side, into docs/benchmarks.md (slow)
	@$(MAKE) --no-print-directory bench/peers/.venv/ready || echo "RecTools and LensKit could not be installed: the tables say so"
	@words=; if [ -f bench/peers/.venv/ready ]; then words="--peers-python bench/peers/.venv/bin/python"; fi; \
	if [ -d ../shared/data/mooccubex ]; then words="$$words --mooccubex ../shared/data/mooccubex"; \
	else echo "skipped: MOOCCubeX (../shared/data/mooccubex is not there)"; fi; \
	$(RUN) ptml bench recommend $$words

# EconML, CausalML and DoubleML: yardsticks, not dependencies; 1.5 GB.
bench/peers-lift/.venv/ready: bench/peers-lift/requirements.txt
	env -u VIRTUAL_ENV $(UV) venv --quiet --allow-existing --python .venv/bin/python bench/peers-lift/.venv
	env -u VIRTUAL_ENV $(UV) pip install --quiet --python bench/peers-lift/.venv/bin/python -r $<
	@touch $@

bench-lift: setup ## lift side by side with rules, learners and peers, into docs/benchmarks-lift.md (very slow)
	@$(MAKE) --no-print-directory bench/peers-lift/.venv/ready || echo "EconML, CausalML and DoubleML could not be installed: the page says so"
	@words=; if [ -f bench/peers-lift/.venv/ready ]; then words="--peers-python bench/peers-lift/.venv/bin/python"; fi; \
	$(RUN) ptml bench lift --keep .bench-lift $$words $(BENCH_LIFT)

# EBM, CatBoost and XGBoost: yardsticks, not dependencies; 0.9 GB.
bench/peers-warning/.venv/ready: bench/peers-warning/requirements.txt
	env -u VIRTUAL_ENV $(UV) venv --quiet --allow-existing --python .venv/bin/python bench/peers-warning/.venv
	env -u VIRTUAL_ENV $(UV) pip install --quiet --python bench/peers-warning/.venv/bin/python -r $<
	@touch $@

bench-warning: setup ## early warning side by side with peers, a rule and the oracle, into docs/benchmarks-warning.md (slow)
	@$(MAKE) --no-print-directory bench/peers-warning/.venv/ready || echo "EBM, CatBoost and XGBoost could not be installed: the page says so"
	@words=; if [ -f bench/peers-warning/.venv/ready ]; then words="--peers-python bench/peers-warning/.venv/bin/python"; fi; \
	$(RUN) ptml bench warning --keep .bench-warning $$words $(BENCH_WARNING)

bench/airflow/.venv/ready: bench/airflow/requirements.txt
	env -u VIRTUAL_ENV $(UV) venv --quiet --allow-existing --python .venv/bin/python bench/airflow/.venv
	env -u VIRTUAL_ENV $(UV) pip install --quiet --python bench/airflow/.venv/bin/python -r $<
	@touch $@

airflow-example: setup bench/airflow/.venv/ready ## both DAGs of deploy/airflow run by Airflow itself, in .airflow-example/ (10 minutes)
	deploy/airflow/run-example $(CURDIR)/bench/airflow/.venv/bin/airflow $(CURDIR)/.venv/bin/ptml $(CURDIR)/.airflow-example

# Spark's ALS: a yardstick, not a dependency; 0.5 GB, and Java 17.
bench/scale/.venv/ready: bench/scale/requirements.txt
	env -u VIRTUAL_ENV $(UV) venv --quiet --allow-existing --python .venv/bin/python bench/scale/.venv
	env -u VIRTUAL_ENV $(UV) pip install --quiet --python bench/scale/.venv/bin/python -r $<
	@touch $@

bench-path: setup ## learning paths by simulated truth, into docs/benchmarks-paths.md (slow)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) ptml bench path $(BENCH_PATH)

bench-health: setup ## alerts of course health against what was planted, into docs/benchmarks-health.md (half an hour)
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) ptml bench health --keep .bench-health $(BENCH_HEALTH)

bench-scale: setup ## cost of scoring against size, stage by stage, into docs/benchmarks-scale.md (very slow)
	@$(MAKE) --no-print-directory bench/scale/.venv/ready || echo "Spark could not be installed: the page says so"
	@words=; if [ -f bench/scale/.venv/ready ]; then words="--spark-python bench/scale/.venv/bin/python"; fi; \
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) ptml bench scale --keep .bench-scale $$words $(BENCH_SCALE)

# Disks are filled where small ones can be mounted (as root); S3 and PostgreSQL where they are installed.
bench-faults: setup ## kill, starve and damage runs of scoring, into docs/benchmarks-faults.md (an hour)
	$(RUN) ptml bench faults --keep .bench-faults $(BENCH_FAULTS)

# The run of `make demo`, a hundred thousand cases made of its cases; wrk is in Debian.
bench-review: setup ## speed of the review page at 100,000 cases and 20 users, into docs/benchmarks-review.md
	@test -e demo/out || $(MAKE) --no-print-directory demo
	PYTHONPATH=. OMP_NUM_THREADS=1 $(RUN) python bench/review/run.py demo/out --keep .bench-review --out docs/benchmarks-review.md $(BENCH_REVIEW)

review-shots: setup ## pictures of the review page for the documentation, in docs/images/
	@test -e demo/out || $(MAKE) --no-print-directory demo
	$(RUN) python bench/review/pictures.py demo/out docs/images

clean:
	rm -rf demo demo-year site .mypy_cache .ruff_cache .pytest_cache .hypothesis
