# Every target sets up what it needs: .venv/ is made from the lock, with hashes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8800

.PHONY: run test lint format bench bench-long lock clean

run: $(VENV)/.ready
	$(BIN)/ecvet demo --port $(PORT) --home demo $(DEMO)

test: $(VENV)/.ready
	sh tests/browser.sh
	$(BIN)/python -m pytest -n auto $(TESTS)

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.ready
	$(BIN)/python -m bench

# Minutes, not seconds: cohorts of 10,000, and 200 kills, on SQLite and on PostgreSQL.
bench-long: $(VENV)/.ready
	$(BIN)/python -m bench.cohort
	$(BIN)/python -m bench.kills

lock: $(VENV)/.ready
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --all-extras pyproject.toml -o requirements.lock

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
