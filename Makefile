# Everything works the same without make: see "Windows" in README.md. The targets only call `cla` and the checkers.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: demo test soak mutate build dev report bench spark parity lock sbom help

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-annotate --no-header

# Overridable: make bench AUTHORITIES=10
AUTHORITIES ?= 153

demo: $(READY) ## Build everything on an invented authority and print the headline figures
	@$(BIN)/cla demo

test: $(READY) ## Run every check: lint, types, dbt parse, Dagster definitions, pytest with a full build
	@$(BIN)/python tests/run.py

soak: $(READY) ## Kill, fill, damage and attack for an hour or two, and write docs/reliability.md
	@$(BIN)/python -m tests.soak

mutate: $(READY) ## Change each definition on purpose, in a copy, and show that a test notices (minutes)
	@$(BIN)/python -m tests.mutation.run

build: $(READY) ## Run the pipeline over whatever the landing zone holds
	@$(BIN)/cla build

dev: $(READY) ## Open Dagster's web interface on 127.0.0.1
	@$(BIN)/cla dev

report: $(READY) ## Write the reports and build the site of the public figures (needs Node.js)
	@$(BIN)/cla report --site

bench: $(READY) ## Time the pipeline at the size of England (make bench AUTHORITIES=10 for less)
	@$(BIN)/cla bench --authorities $(AUTHORITIES)

spark: $(READY) ## Install what `cla build --engine spark` needs beside Java (docs/scaling.md)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --require-hashes \
	    -r requirements-spark.lock

parity: spark ## Build the demo and random authorities on Spark too and compare every table (hours)
	@$(BIN)/python -m pytest tests/integration/test_spark.py tests/integration/test_spark_cluster.py -m "" --durations=10

lock: $(READY) ## Resolve both locks anew from pyproject.toml (needs uv)
	@$(COMPILE) --extra dev --extra postgres --extra service pyproject.toml --output-file requirements.lock
	@$(COMPILE) --extra spark --constraints requirements.lock pyproject.toml | $(BIN)/python scripts/lock_spark.py

sbom: $(READY) ## Write the bills of materials and the list of licences anew from the locks
	@$(BIN)/python scripts/generate_sbom.py

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | while IFS='	' read -r target text; do \
	    printf '  make %-8s %s\n' "$$target" "$$text"; done

# The environment is made once and touched again only when the lock or the package's metadata change.
$(READY): requirements.lock pyproject.toml
	@for candidate in python3.13 python3.12 python3.11 python3 python; do \
	    if $$candidate -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	        >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "This needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian and Ubuntu: python3-venv); none was found on PATH." >&2; \
	    exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$python --version) (once, about a minute) ..." && \
	$$python -m venv --clear $(VENV) && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e . && \
	touch $(READY)
