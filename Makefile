# Every target works on a fresh clone with no step before it.
.DEFAULT_GOAL := help
PY_VERSION := $(shell cat .python-version)
VENV ?= .venv
BIN := $(VENV)/bin
# The first interpreter that really is the wanted version: shims may exist and still refuse to run.
PYTHON ?= $(shell for p in python$(PY_VERSION) python3 python; do \
  "$$p" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(PY_VERSION)")' >/dev/null 2>&1 \
  && { command -v "$$p"; break; }; done)
UV_VERSION := 0.13.9
# What has its turn with this commit, in the targets that end with -turn.
TURN = "$$(git rev-parse HEAD 2>/dev/null || echo 0)"
# Both cores, whole files: a scenario is played once for the tests of its file. The order is that of tests/turns.py and
# not xdist's own, which begins with the files of most tests and ends with those of the longest.
WORKERS := -n 2 --dist loadfile --no-loadscope-reorder
# Narrows a run, or draws new examples for property tests: make test PYTEST_ARGS="-k plan",
# make test PYTEST_ARGS=--hypothesis-profile=free.
PYTEST_ARGS ?=
# Tests start hundreds of processes of this code; where the environment keeps bytecode from being written, each of them
# would compile some six hundred files anew.
unexport PYTHONDONTWRITEBYTECODE
VCENTER_PACKAGES := golang-go golang-github-vmware-govmomi-dev

AZURITE := tools/azurite/node_modules/.installed

.PHONY: help setup azurite demo test stories stories-turn scale scale-turn chaos chaos-ci chaos-turn chaos-known api-fuzz vcenter bench collector runsheet-picture check format pins clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed ## create .venv with exact pins

$(VENV)/.installed: requirements.txt requirements-dev.txt .python-version
	@test -n "$(PYTHON)" || { echo "error: Python $(PY_VERSION) was not found. Install it (for example: pyenv install $(PY_VERSION)) or name it: make setup PYTHON=/path/to/python$(PY_VERSION)" >&2; exit 2; }
	@echo "Installing into $(VENV) (once) ..."
	@"$(PYTHON)" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -r requirements-dev.txt
	@touch $@

azurite: $(AZURITE) ## install the storage emulator that tests of the Azure store run against

$(AZURITE): tools/azurite/package.json tools/azurite/package-lock.json
	@command -v node >/dev/null && command -v npm >/dev/null || { echo "error: Node.js 20 or later with npm was not found; tests of the Azure store need it. Install it (for example: apt-get install nodejs npm) and run make again" >&2; exit 2; }
	@echo "Installing Azurite into tools/azurite (once) ..."
	@cd tools/azurite && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

demo: setup ## upgrade a simulated fleet from end to end, no Azure needed
	@$(BIN)/python -m cli demo --report-dir .demo $(DEMO_ARGS)

test: setup azurite ## run the test suite, all but the long suites below
	@$(BIN)/python -m pytest $(WORKERS) --ignore tests/vsphere -m "not story and not scale" $(PYTEST_ARGS)

stories: setup ## play whole procedures through the real app: processes, sockets, days of world time
	@$(BIN)/python -m pytest $(WORKERS) --ignore tests/vsphere -m story $(PYTEST_ARGS)

stories-turn: setup ## the stories that CI always plays, and those that have their turn with this commit
	@$(BIN)/python -m pytest $(WORKERS) --ignore tests/vsphere -m story --turn $(TURN) $(PYTEST_ARGS)

# Alone: what is promised in seconds is measured with nothing beside it.
scale: setup ## measure the sizes and times that are promised, one test at a time
	@$(BIN)/python -m pytest --ignore tests/vsphere -m scale $(PYTEST_ARGS)

scale-turn: setup ## those of them that have their turn with this commit
	@$(BIN)/python -m pytest --ignore tests/vsphere -m scale --turn $(TURN) $(PYTEST_ARGS)

chaos: setup ## kill the host at every ledger transition, command, lease and journal entry of four tales: an hour
	@$(BIN)/python -m tests.chaos.suite --all

chaos-turn: setup ## a quarter of chaos-ci, another one with other commits: what CI has the minutes for
	@$(BIN)/python -m tests.chaos.suite --turn $(TURN)

chaos-known: setup ## play the kill points again that went wrong once: seconds
	@$(BIN)/python -m tests.chaos.suite --known

chaos-ci: setup ## the same at every ledger transition and around every change and command alone: minutes
	@$(BIN)/python -m tests.chaos.suite

# SEED=random sends new calls, and SEED=1234 those of that seed again.
api-fuzz: setup ## send some three thousand calls, most of them nonsense, to the real app: a minute
	@$(BIN)/python -m tests.api.fuzz $(SEED)

# Debian's packages are installed where they are missing: the simulator's sources come from nowhere else.
vcenter: setup ## build the vCenter peer from Debian's Go packages and run its suite
	@test -d /usr/share/gocode/src/github.com/vmware/govmomi && command -v go >/dev/null \
	  || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $(VCENTER_PACKAGES); } >/dev/null \
	  || { echo "error: install these Debian packages as root, then run make vcenter again: $(VCENTER_PACKAGES)" >&2; exit 2; }
	@$(BIN)/python -m simulator.vcenter.build
	@$(BIN)/python -m pytest $(WORKERS) tests/vsphere $(PYTEST_ARGS)

bench: setup ## plan fleets of 1,000 to 10,000 private clouds against what is promised
	@$(BIN)/python -m benchmarks.plan_scale

collector: setup ## build dist/hcx-fleet-collector.pyz, which needs nothing but Python, for sites that Azure cannot reach
	@$(BIN)/python -m cli.collector_file dist/hcx-fleet-collector.pyz

runsheet-picture: setup ## draw docs/images/runsheet.png, a printed run sheet, with headless Chromium
	@$(BIN)/python -m tests.docs.write_runsheet_picture

check: setup ## ruff, mypy --strict, import contracts, docstrings
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/interrogate -q --config pyproject.toml .

format: setup ## apply ruff's fixes and formatting
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

pins: setup ## resolve requirements*.in into exact pins
	@$(BIN)/uv pip compile -q --no-header --python-version $(PY_VERSION) requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --no-header --python-version $(PY_VERSION) requirements-dev.in -o requirements-dev.txt

clean: ## remove what the other targets made
	@rm -rf $(VENV) tools/azurite/node_modules .demo .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .vcenter dist
