# Everything a newcomer needs: make run · make test · make check · make bench
PYTHON ?= python3
BIN = .venv/bin

# What `make chaos` plays; a release: KILLS=1000 make chaos
KILLS ?= 150
# What `make weeks` plays of a group's calendar against a pretend Graph; a release: STEPS=1000 make weeks
STEPS ?= 200
DATABASE ?= both

# Tests of real processes against the clock. Mostly they wait, so they are played beside those that use a browser, which waits too.
PROCESSES = tests/chaos tests/handlers/slack/test_run.py tests/handlers/test_leases.py tests/storage/test_backup_under_load.py
PLAYED = tests/browser tests/rehearsals

# The tests' temporary files lie in memory: half the time would be waiting for the disk.
PYTEST = tests/in-memory $(BIN)/python -m pytest --dist worksteal

# What is compiled is kept, whatever the environment says: each of the tests' processes would do it anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: setup run test coverage check bench chaos weeks rehearse lock clean fuzz audit

# Of Graph's 20,000 modules only those that are used are compiled, when they are: all of them take a minute.
# The locks are whole, so nothing is resolved anew (--no-deps): older pips look at releases newer than the lock, and refuse them.
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; set PYTHON=..."; exit 1; }
test -x $(BIN)/python || $(PYTHON) -m venv .venv
$(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1)
$(BIN)/python -m pip install --no-compile --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
$(BIN)/python -m compileall -q -j 2 -x msgraph/generated .venv/lib bot config handlers storage templates
endef

setup: .venv/ready
.venv/ready: requirements.txt pyproject.toml
	$(call install,requirements.txt)
	touch $@

# What is needed to work on it holds what is needed to run it.
.venv/ready-dev: requirements-dev.txt requirements.txt pyproject.toml
	$(call install,requirements-dev.txt)
	touch .venv/ready $@

run: setup
	$(BIN)/nvg run

test: .venv/ready-dev
	tests/system-packages
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -r bot config handlers storage templates -c pyproject.toml 2>/dev/null
	$(PYTEST) -n 2 $(addprefix --ignore=,$(PROCESSES) $(PLAYED))
	$(PYTEST) -n 3 $(PROCESSES) $(PLAYED)

# The same tests with lines counted, which takes half as long again.
coverage: .venv/ready-dev
	$(PYTEST) -n 2 $(addprefix --ignore=,$(PLAYED)) --cov=bot --cov=handlers --cov=storage --cov=templates --cov=config --cov-report=term:skip-covered

check: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -n 2 tests/rules tests/templates tests/bot

bench: .venv/ready-dev
	$(BIN)/python -m bench

weeks: .venv/ready-dev
	$(BIN)/python -m tests.handlers.graph.weeks $(STEPS)

chaos: .venv/ready-dev
	$(BIN)/python -m tests.chaos --kills $(KILLS) --database $(DATABASE)

# Known vulnerabilities in what is locked, where an advisory service answers.
audit: .venv/ready-dev
	$(BIN)/python tests/audit

# Made-up requests at every door; 100,000 take some twenty minutes.
INPUTS ?= 100000
SEED ?= 1
fuzz: .venv/ready-dev
	$(BIN)/python -m tests.security.fuzz $(INPUTS) $(SEED)

rehearse: setup
	$(BIN)/nvg rehearse tests/rehearsals/first-month.yaml

lock: .venv/ready-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --extra build --extra dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .coverage
