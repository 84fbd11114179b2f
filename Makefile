# Two commands: `make demo` and `make test`. Each sets up all it needs in .venv, from the lock file.
PYTHON ?= python3
UV_VERSION := 0.13.9
OLDER_DUCKDB := 1.4.5
BIN := .venv/bin
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
export UV_COMPILE_BYTECODE := 1

.PHONY: demo test check format benchmark clean
.DEFAULT_GOAL := help

help:  ## What can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
	  || { echo "hibiki needs Python 3.11 to 3.14; this is $$($(PYTHON) --version). Name another: make PYTHON=python3.12 …"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' \
	  || { echo "$(PYTHON) cannot make virtual environments: install its venv package (Debian: python3-venv)"; exit 2; }
	@echo "Setting up .venv from uv.lock (once; a minute or two) …"
	@test -x .cache/uv/bin/uv || { $(PYTHON) -m venv .cache/uv && .cache/uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@.cache/uv/bin/uv sync --frozen --quiet --python $(PYTHON)
	@.cache/uv/bin/uv pip install --quiet --no-deps --python $(BIN)/python --target .cache/duckdb-1.4 duckdb==$(OLDER_DUCKDB) \
	  || echo "DuckDB $(OLDER_DUCKDB) is not to be had: the test of older BI clients will be skipped"
	@touch $@

demo: .venv/ready  ## The whole pipeline on a simulated world: no account, no server
	@$(BIN)/hibiki demo --out demo

test: .venv/ready  ## Format, lint, types, import law and all tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder

format: .venv/ready  ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

benchmark: .venv/ready  ## Measure speed and memory as ratios (not part of the tests)
	@$(BIN)/python -m pytest tests/benchmarks -s -o addopts= --import-mode=importlib

clean:  ## Remove what was set up here
	@rm -rf .venv .cache demo
