# Two commands on a fresh machine with Python 3.11+ and make: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PYTEST_ARGS ?=
# Tracing what is executed takes as long again as two thirds of the tests.
COVERAGE := $(if $(CI),--cov=faqsearch --cov-report=term --cov-fail-under=95)

.PHONY: demo test check bench serve clean

demo: .venv/.demo  ## search and suggest on the sample data, in the terminal
	@$(BIN)/faqsearch demo

test: check  ## everything that must hold: style, types, layers, tests, and with CI=true coverage
	$(BIN)/python -m pytest -n 2 --dist worksteal $(COVERAGE) $(PYTEST_ARGS)

check: .venv/.dev  ## style, types, import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.dev  ## the ladder of baselines on both sample bases, and the confidence model's figures
	$(BIN)/python benchmarks/relevance.py data/shop data/saas
	$(BIN)/python benchmarks/learning.py
	$(BIN)/python benchmarks/fit_confidence.py
	$(BIN)/python benchmarks/agreement.py

serve: .venv/.dev  ## the public search page on the sample data, http://127.0.0.1:8000/
	$(BIN)/faqsearch serve --faq data/shop/faq.csv

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage dist

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --upgrade "pip>=25.1"

.venv/.demo: .venv/bin/python pyproject.toml
	$(PIP) install --quiet --editable ".[cli]"
	@touch $@

.venv/.dev: .venv/bin/python pyproject.toml
	$(PIP) install --quiet --editable ".[all]" --group dev
	@touch $@
