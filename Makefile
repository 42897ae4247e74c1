# Everything starts here: `make` alone lists what there is. Nothing asks a question; set-up happens by itself, once.

PYTHON ?= python3
MINUTES ?= 10
SEED ?=
VENV := .venv
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

# What the tests need beyond Python; a machine without them skips those tests and says so. PHP is for Moodle's plugin,
# Chromium and a font with Arabic for the pages; Node builds what runs in them, and one that is there already is kept.
SYSTEM_PACKAGES := python3-venv openssl postgresql redis-server rabbitmq-server \
  php-cli php-curl php-mbstring php-xml phpunit chromium fonts-noto-core
NODE_PACKAGES := $(if $(shell command -v node),$(if $(shell command -v npm),,npm),nodejs npm)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-system lint bench torture lock clean capture plugin

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## play a lively class; needs nothing but Python 3.11
	$(VENV)/bin/nidaa demo

# Pages in Chromium wait more than they compute, and are half of the time; so they run beside the rest, and speak after it.
# Pages in Chromium take longer than all the rest beside which they run: these wait for that to end, so that both ends meet.
LATE_PAGES := $(addprefix tests/browser/,test_roster.py test_write_back.py test_room_story.py test_room_together.py)

test: $(VENV)/.dev lint ## lint, then every test that this machine can run
	@mkdir -p build
	@$(VENV)/bin/python -m pytest tests/browser $(addprefix --ignore=,$(LATE_PAGES)) -p no:cacheprovider \
	    >build/browser.log 2>&1 & browser=$$!; \
	  echo "The pages' tests in Chromium run at the same time; they write to build/browser.log, which follows at the end."; \
	  $(VENV)/bin/python -m pytest --ignore=tests/browser; rest=$$?; \
	  $(VENV)/bin/python -m pytest $(LATE_PAGES) -p no:cacheprovider; late=$$?; \
	  wait $$browser; pages=$$?; cat build/browser.log; \
	  exit $$((rest > pages ? (rest > late ? rest : late) : (pages > late ? pages : late)))

test-system: ## install the servers and programs that the tests use (Debian), then run everything
	@command -v apt-get >/dev/null || { echo "make test-system knows Debian only; install by hand: $(SYSTEM_PACKAGES) $(NODE_PACKAGES)" >&2; exit 1; }
	$(SUDO) apt-get -o Acquire::Retries=3 -q update
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 -qy install --no-install-recommends $(SYSTEM_PACKAGES) $(NODE_PACKAGES)
	$(MAKE) test

lint: $(VENV)/.dev ## ruff, mypy and import-linter
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/.dev ## measure intake, enrichment, idling, the desk at a million cases; takes minutes
	$(VENV)/bin/python -m tests.benchmarks --on sqlite
	$(VENV)/bin/python -m tests.benchmarks --on postgres --lines 1 3 8 9 --without-helpdesk

torture: $(VENV)/.dev ## kill everything at random, MINUTES=10 on each database, and count what is lost
	$(VENV)/bin/python -m tests.torture --on sqlite --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))
	$(VENV)/bin/python -m tests.torture --on postgres --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

capture: lms_plugin/capture/node_modules/.nidaa ## build the browser core into the Moodle plugin; needs Node 18 or later
	cd lms_plugin/capture && npm run --silent check && npm run --silent build

plugin: ## the zip that Moodle's plugin installer takes, in build/
	@$(PYTHON) lms_plugin/moodle/package.py build

# The stamp is the one that the browser tests look at.
lms_plugin/capture/node_modules/.nidaa: lms_plugin/capture/package-lock.json lms_plugin/capture/package.json
	@command -v npm >/dev/null || { echo "The browser core is built by Node 18 or later, with npm. On Debian and Ubuntu: sudo apt-get install nodejs npm" >&2; exit 1; }
	cd lms_plugin/capture && npm ci --silent
	@touch $@

# Set-up. The stamps make it run once, and again when a lock changes. Only what is in the lock, by hash, is installed;
# the project itself is linked, built by the locked setuptools rather than by one fetched for the occasion.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Nidaa needs Python 3.11 or newer, and $(PYTHON) is: $$($(PYTHON) --version 2>&1 || true)" >&2; \
	  echo "Name another one like this: make demo PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV), once; about a minute."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.runtime: $(VENV)/bin/python requirements.lock pyproject.toml
	$(call install,requirements.lock)

# The development lock holds all of the runtime lock, at the same versions.
$(VENV)/.dev: $(VENV)/bin/python requirements-dev.lock requirements.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $(VENV)/.runtime

define install
	@$(VENV)/bin/python -m pip install -qq --require-hashes -r $(1)
	@$(VENV)/bin/python -m pip install -qq --no-deps --no-build-isolation -e .
	@touch $@
endef

# The locks are made from the public index alone, whatever this machine's pip is told to look at besides, and they
# carry no address. Everything is taken anew; `git diff` shows what moved.
COMPILE := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= CUSTOM_COMPILE_COMMAND="make lock" \
  build/lock/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
  --build-deps-for=editable --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

lock: ## take newer versions of everything into the two lock files
	$(PYTHON) -m venv build/lock
	PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= build/lock/bin/pip install --quiet pip-tools
	$(COMPILE) --output-file=requirements.lock pyproject.toml
	$(COMPILE) --extra=dev --constraint=requirements.lock --output-file=requirements-dev.lock pyproject.toml

clean: ## remove what set-up and tests made; data (.nidaa) stays
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './node_modules/*' -prune -exec rm -rf {} +
