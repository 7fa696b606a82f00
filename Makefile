# What one does here. `make` alone lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MINUTES ?= 30

.DEFAULT_GOAL := help
.PHONY: help install run demo test soak fuzz lint format docs bench audit lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

install: $(VENV)/installed ## make .venv with what requirements.lock pins; then .venv/bin/siaga is there

run: $(VENV)/installed ## install what is pinned, then start the daemon on config.yaml
	@$(BIN)/siaga run

demo: $(VENV)/installed ## see all of it at work on this machine, in a minute
	@$(BIN)/siaga demo

test: $(VENV)/installed-test ## the whole suite
	@$(BIN)/pytest

soak: $(VENV)/installed-test ## a thousand kills, then half an hour of everything at once (MINUTES=30): nothing may be lost
	SIAGA_SOAK_ROUNDS=1000 SIAGA_SOAK_DAEMONS=100 SIAGA_SOAK_LOCKED=35 $(BIN)/pytest -n 0 \
		tests/e2e/test_outbox_crash.py tests/e2e/test_outbox_trouble.py tests/e2e/test_journey.py
	$(BIN)/python bench/soak.py --minutes $(MINUTES)

lint: $(VENV)/installed-test ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/installed-test ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/installed-test ## write the outputs and pictures in the docs anew
	$(BIN)/python -m tests.docs.record

bench: $(VENV)/installed-test ## measure everything beside what else there is, in half an hour, and write docs/benchmarks.md
	@$(BIN)/python bench/all.py

SECONDS ?= 3600
fuzz: $(VENV)/installed-test ## try the readers with what no site sends, for an hour (SECONDS=60)
	@$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS)

audit: $(VENV)/installed-test ## look for known faults in what is pinned, and list its licences
	@$(BIN)/python -m tests.supply.licences
	@$(BIN)/pip install --quiet --disable-pip-version-check pip-audit || true
	@$(BIN)/python -m tests.supply.audit

lock: $(VENV)/installed-test ## pin the newest versions that pyproject.toml allows
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --no-emit-options --no-header \
		--generate-hashes --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --no-emit-options --no-header \
		--generate-hashes --extra test --constraint requirements.lock --output-file requirements-test.lock pyproject.toml

clean: ## remove what make made
	rm -rf $(VENV) bench/.environments .mypy_cache .pytest_cache .ruff_cache .import_linter_cache *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Siaga needs Python 3.11 or newer: make PYTHON=python3.11 …") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/installed-test: requirements-test.lock $(VENV)/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-test.lock
	@touch $@
