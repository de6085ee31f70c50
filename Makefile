# Two commands matter to a newcomer: `make plan` and `make test`. Both set up what they need first.
# Only python3 ≥ 3.11 (with venv) and make have to be there.

PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .tools/uv/bin/uv
BIN := .venv/bin
SPEC ?= workloads/chat-8b.yaml

.DEFAULT_GOAL := help

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

setup: .venv/.ready ## Create .venv from the lock file

$(UV):
	@echo "setting up: uv $(UV_VERSION)"
	@$(PYTHON) -c 'import sys; sys.exit("Plimsoll needs Python 3.11 or newer; this is " + sys.version.split()[0] + "; set PYTHON=python3.x") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .tools/uv
	@.tools/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: $(UV) requirements.lock pyproject.toml
	@echo "setting up: .venv from requirements.lock"
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(UV) pip install --quiet --python .venv --require-hashes --compile-bytecode -r requirements.lock
	@$(UV) pip install --quiet --python .venv --no-deps --editable .
	@# Byte-code of our own modules: without it start-up costs half as much again.
	@$(BIN)/python -m compileall -q plimsoll components policies stacks
	@touch $@

plan: .venv/.ready ## Size and price an example workload (SPEC=workloads/….yaml for another)
	@$(BIN)/plimsoll plan $(SPEC)

test: .venv/.ready ## Run the whole test suite
	$(BIN)/pytest

proofs: .venv/.ready ## Hold the claims against all generated specs, where a test run takes a tenth
	PLIMSOLL_PROOFS=1 $(BIN)/pytest tests/claims tests/world/rehearsal/test_day.py

lint: .venv/.ready ## Linters, type checker, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

accuracy: .venv/.ready ## Hold docs/accuracy.md and its ledger against the points (POINTS=FILE scores others)
	$(BIN)/python -m speed_fit.page $(POINTS) $(if $(LEDGER),--write)

bench: .venv/.ready ## Speed, as ratios measured in this run
	$(BIN)/python -m bench

adversaries: .venv/.ready ## Try every known way past the gate
	$(BIN)/python -m tests.make.adversaries

golden: .venv/.ready ## Rewrite the golden cases; read the diff before you commit it
	$(BIN)/python -m tests.make.golden_plans
	$(BIN)/python -m tests.make.golden_reviews
	$(BIN)/python -m tests.make.golden_savings

schemas: .venv/.ready ## Rewrite the published JSON Schemas
	$(BIN)/python -m tests.make.schemas

house: .venv/.ready ## Draw the house anew in CONTRIBUTING.md
	$(BIN)/python -m tests.make.house

lock: $(UV) ## Rewrite requirements.lock from pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --all-extras --group dev pyproject.toml --output-file requirements.lock

wheel: $(UV) ## Build the wheel into dist/
	$(UV) build --wheel --quiet

-include testbed/testbed.mk

.PHONY: accuracy help setup plan test proofs lint bench adversaries golden schemas house lock wheel
