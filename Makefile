# ADME. `make help` lists the targets. Nothing but Python 3.11 and make is needed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
.DEFAULT_GOAL := help
.PHONY: help demo test check format bench access lock vendor clean-demo

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(VENV)/.runtime: requirements/base.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "ADME needs Python 3.11 or newer")'
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $(VENV)/.runtime $@

demo: export ADME_DEMO = 1
demo: export BIND = 127.0.0.1:$(PORT)
demo: $(VENV)/.runtime ## set up, load real World Bank figures, and serve on http://127.0.0.1:8000 (PORT=...)
	@$(PY) manage.py setup_demo --address http://127.0.0.1:$(PORT)
	@exec $(PY) -m gunicorn --config python:adme.gunicorn

test: $(VENV)/.dev ## run the tests (SQLite; DATABASE_URL=postgres://... runs them there)
	$(PY) -m pytest -n 2 $(ARGS)

check: $(VENV)/.dev ## lint, types, import order, migrations; changes nothing
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports --no-cache
	$(PY) manage.py check
	$(PY) manage.py makemigrations --check --dry-run
	$(VENV)/bin/mypy adme databases_a databases_b databases_c dashboards dissemination

format: $(VENV)/.dev ## format and mend what can be mended
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(VENV)/.dev ## run the benchmarks (needs PostgreSQL; see docs/performance.md)
	$(PY) -m benchmarks $(ARGS)

access: $(VENV)/.dev ## write tests/access.csv and tests/report_access.csv anew, to be reviewed like code
	ADME_WRITE_ACCESS=1 $(PY) -m pytest -q tests/accounts/test_access_matrix.py tests/reporting/test_access_matrix_reports.py

vendor: $(VENV)/.dev ## copy the pinned front-end files from npm into static/vendor (needs npm)
	$(PY) scripts/vendor.py $(ARGS)

lock: $(VENV)/.dev ## resolve pyproject.toml anew into the hash-locked requirements
	$(PY) -m pip install --quiet uv
	$(VENV)/bin/uv pip compile -q --generate-hashes --python-version 3.11 --no-emit-index-url pyproject.toml -o requirements/base.txt
	$(VENV)/bin/uv pip compile -q --generate-hashes --python-version 3.11 --no-emit-index-url --group dev pyproject.toml -o requirements/dev.txt

clean-demo: ## remove the demonstration database and files
	rm -rf var
