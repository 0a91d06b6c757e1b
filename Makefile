# Everything a contributor runs. `make test` installs what it needs into .venv first; nothing outside this directory
# and the caches of pip, uv and Meltano is touched.

.DEFAULT_GOAL := help
.PHONY: help test test-quick test-slow test-spark lint docs demo bench clean FORCE

VENV := .venv
BIN := $(VENV)/bin
# Written last, so that an interrupted installation does not count; holds where and with what it was installed.
STAMP := $(VENV)/.installed
UV := $(shell command -v uv 2>/dev/null)
# PYTHON=python3.13 chooses the interpreter. Otherwise uv does, or the first of these that is new enough.
INTERPRETERS := $(or $(PYTHON),python3.14 python3.13 python3.12 python3.11 python3 python)
SYNC := UV_PROJECT_ENVIRONMENT=$(VENV)
# uv, and Meltano through it, trusts what the machine trusts, as pip does: a company's proxy has its own certificate.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/*.pem /etc/ssl/cert.pem /etc/pki/tls/certs/*),true,false)
# Where it is set, as in many containers, each of the hundreds of Pythons that the tests start compiles all it imports.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
INSTALLED := $(shell cat $(STAMP) 2>/dev/null)
WANTED := $(CURDIR) $(if $(PYTHON),$(PYTHON),$(word 2,$(INSTALLED)))

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What starts a program for each test, or copies of this directory.
WHOLE := syncs project cli house/test_recipes.py

test: $(STAMP) ## Run the tests, in five minutes on two cores; ARGS="-k sandbox" goes to pytest
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(ARGS)

test-quick: $(STAMP) ## Run those of the parts alone, without whole syncs, commands and documentation, in two minutes
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(WHOLE:%=--ignore=tests/%) $(ARGS)

# The files that have some: each process would look through all of them first.
SLOW = $(shell grep --recursive --files-with-matches --include='test_*.py' 'mark[.]slow' tests)

# They wait for downloads and for other programs: three at once, however few processors there are.
test-slow: $(STAMP) ## Run the tests that install targets, wheels and Meltano projects, in some minutes
	@$(BIN)/python -m pytest -m slow --numprocesses 3 --dist loadfile $(ARGS) $(if $(filter tests/%,$(ARGS)),,$(SLOW))

# pyspark has 400 MB: it has an environment of its own.
test-spark: $(VENV)-spark/.installed ## Run the tests of Spark, in some minutes; without Java they say so and are left out
	@$(VENV)-spark/bin/python -m pytest -m spark tests/spark $(ARGS)

$(VENV)-spark/.installed: $(STAMP)
	@UV_PROJECT_ENVIRONMENT=$(VENV)-spark $(BIN)/uv sync --quiet --locked --no-default-groups --group spark
	@touch $@

lint: $(STAMP) ## Check style and types
	@echo "uv.lock";     $(BIN)/uv lock --quiet --check
	@echo "ruff check";  $(BIN)/ruff check --quiet
	@echo "ruff format"; $(BIN)/ruff format --quiet --check
	@echo "mypy";        $(BIN)/mypy

docs: $(STAMP) ## Make the tables of the documentation anew, and what Meltano is told of the tap
	@$(BIN)/python -m scripts.reference
	@$(BIN)/python -m scripts.plugin
	@$(BIN)/python -m tests.targets

pictures: $(STAMP) ## Record the terminals of the documentation anew, and make its drawings
	@$(BIN)/python -m scripts.drawings
	@$(BIN)/python -m scripts.terminals

demo: $(STAMP) ## Sync a sandbox API into a throwaway PostgreSQL, twice, with Meltano
	@$(BIN)/python -m demo

bench: $(STAMP) $(if $(filter spark,$(ARGS)),$(VENV)-spark/.installed) ## Read the same rows with the tap and its peers, in some minutes; ARGS="--small" in seconds
	@$(BIN)/python -m benchmarks $(ARGS)

clean: ## Remove the environment, the plugins and every cache
	@echo "Removing $(VENV), .meltano and caches"
	@rm -rf $(VENV) $(VENV)-spark .meltano benchmarks/.venvs .targets dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml uv.lock $(if $(filter-out $(INSTALLED),$(WANTED)),FORCE)
ifneq ($(UV),)
	@echo "Installing into $(VENV) with $$($(UV) --version)"
	@rm -f $@
	@$(SYNC) $(UV) sync --quiet --locked $(if $(PYTHON),--python $(PYTHON))
	@found=$(or $(PYTHON),uv); $(remember)
else
	@$(find_python); \
	echo "Installing into $(VENV) with $$($$found --version) ($$(command -v $$found))"; \
	rm -f $@; $$found -m venv --clear $(VENV) || exit; \
	{ $(PIP) uv && $(SYNC) $(BIN)/uv sync --quiet --locked; } || \
	{ echo "uv cannot install what uv.lock says (see above), so pip installs what is newest"; \
	$(PIP) --upgrade pip && $(PIP) --editable . --group dev; } || exit; \
	$(remember)
endif

# Meltano keeps the tap in an environment of its own: what is installed anew here has to be installed anew there.
define remember
rm -rf .meltano/extractors .meltano/loaders && echo "$(CURDIR) $$found" > $(STAMP)
endef

define find_python
found=; for python in $(INTERPRETERS); do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
done; \
if [ -z "$$found" ]; then \
	echo "No Python 3.11 or newer among: $(INTERPRETERS). Install one, or say where: make PYTHON=/path/to/python" >&2; \
	exit 1; \
fi; \
if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
	echo "$$found cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; \
	exit 1; \
fi
endef
