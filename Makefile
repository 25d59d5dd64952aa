# The commands of a person at this project. They need Python 3.11 or newer, git and make; all else comes from the lock files.
#   make PYTHON=python3.12 demo      choose the interpreter of a new environment
#   make JOBS=4 test                 how many processes run the tests
#   make UPGRADE=--upgrade lock      move every pin to the newest version that fits

JOBS ?= 2
UPGRADE ?=
BIN := .venv/bin
COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate $(UPGRADE)
export PYTHON

.PHONY: help demo test lint bench lock clean

help:
	@echo "make demo    build .venv, play the default scenario, print what it lifts"
	@echo "make test    build .venv, check format, style and types, run every test"
	@echo "make lint    the checks without the tests"
	@echo "make bench   measure speed and memory"
	@echo "make lock    resolve the lock files again after pyproject.toml changed"
	@echo "make clean   remove .venv and every cache; sealed runs stay"

demo:
	@.ci/environment run
	@$(BIN)/twin run pilot-2027 --replicates 20 --seed 1
	@echo
	@echo "The run is sealed in ./runs. Where to look next:"
	@echo "  $(BIN)/twin runs                        what has been run"
	@echo "  $(BIN)/twin scenarios                   the campaigns that come with the twin"
	@echo "  $(BIN)/twin parameters pilot-2027       every number behind this one, with its source"
	@echo "  $(BIN)/twin run --help                  more replicates, other seeds, your own values"
	@echo "  README.md and docs/architecture.md      what it is, and how it is built"

lint:
	@.ci/environment dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

test: lint
	marks=$$(.ci/marks) && $(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "$$marks"

bench:
	@.ci/environment dev
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest tests/benchmarks -m benchmark -s

lock:
	@[ -x $(BIN)/uv ] || .ci/environment dev # an environment of the old locks would fail its own check
	$(COMPILE) --extra build --output-file requirements.lock
	$(COMPILE) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find twin ops_data dashboards tests -name __pycache__ -type d -prune -exec rm -rf {} +
