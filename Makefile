# Two commands matter: `make run` and `make test`. Both do their own set-up; `make help` lists the rest.
# All paths are relative, so the checkout may live in a folder with spaces.

# The system's own Python first: distributions build it with profile-guided optimization, others often do not
# (decision 61).
PYTHON ?= $(shell for p in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
SIZE ?= 100000
export PORT
# A file of tests stays in one process, for some share a running server; slow files begin first (tests/conftest.py).
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
RUN_READY := .venv/.ready-embedded
DEV_READY := .venv/.ready-dev
SOURCES := alignment accounts campaigns common feedback imports leads notices reviews tests manage.py

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check bench lint lock

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(DEV_READY) ## virtual environment in .venv with everything to run, test and check; starts nothing

run: $(RUN_READY) ## everything on embedded servers, with demo data; Ctrl-C ends it (PORT, VAR_DIR, DEMO_LEADS)
	@exec $(MANAGE) up --port "$(PORT)" --end-with-parent

test: $(DEV_READY) ## all tests, against real servers
	$(BIN)/python -m pytest $(PYTEST_ARGS)

check: lint test ## lint, types, import contracts, migrations, then tests

bench: $(DEV_READY) ## measure pages and API at SIZE leads (100000), in a database of its own; added to benchmarks/results.md
	VAR_DIR="$${BENCH_DIR:-var/bench-$(SIZE)}" $(BIN)/python benchmarks/pages.py --size "$(SIZE)" --keep benchmarks/results.md
	VAR_DIR="$${BENCH_DIR:-var/bench-$(SIZE)}" $(BIN)/python benchmarks/api.py --size "$(SIZE)" --keep benchmarks/results.md

lint: $(DEV_READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/djlint templates_jinja --profile jinja --lint --quiet
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) check --fail-level WARNING

lock: ## renew requirements/*.txt from pyproject.toml (for maintainers, needs uv)
	uv pip compile pyproject.toml $(LOCK) -o requirements/base.txt
	uv pip compile pyproject.toml $(LOCK) --extra embedded -c requirements/base.txt -o requirements/embedded.txt
	uv pip compile pyproject.toml $(LOCK) --extra embedded --group dev -c requirements/embedded.txt -o requirements/dev.txt

LOCK := --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --quiet $(LOCK_ARGS)

# Each stamp is newer than the list it was made from, so a second call is instant.
$(RUN_READY): requirements/embedded.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(DEV_READY): requirements/dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@ $(RUN_READY)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, with venv (on Debian or Ubuntu: python3-venv), and none was found." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "The virtual environment could not be made." >&2; exit 1; }
