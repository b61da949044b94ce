# What there is to do with this project. A fresh machine needs Python 3.11, pip, git and make; `make test` does the rest.

PYTHON ?= $(shell for python in python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test test-external coverage lint benchmark schemas reference clean \
	campaign-disks campaign-export campaign-faults campaign-kill campaign-pairs campaign-planfiles campaign-properties \
	campaign-scopes

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z-]+):.*## (.*)/make \1|\2/' | column -t -s '|'

demo: $(STAMP) ## plan, apply and a colleague's changes against a sandbox, in examples/first-team
	@$(BIN)/python examples/demo.py

test: lint ## lint, then every test that needs no foreign program
	$(BIN)/pytest -n 2
	@$(BIN)/pytest --collect-only -q -m external | grep -c '::' \
		| sed 's/$$/ external tests were left out; make test-external runs them./' || true

test-external: $(STAMP) ## the tests that need foreign programs
	$(BIN)/pytest -m external || test $$? -eq 5 # 5: there are none

# What an apply is trusted for: of these every line and branch, of all together 95 of 100.
WHOLE := flowstate/state/*,flowstate/plan/*,flowstate/apply/*,flowstate/client/*,flowstate/planfile.py

coverage: $(STAMP) ## which lines and branches the tests reach, and that it is enough
	$(BIN)/coverage erase
	find tests -name 'test_*.py' | sort | xargs -P 2 -n 12 $(BIN)/coverage run --parallel-mode -m pytest -q
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --show-missing
	$(BIN)/coverage report --format=total --fail-under=95
	$(BIN)/coverage report --format=total --fail-under=100 --include='$(WHOLE)'

lint: $(STAMP) ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

benchmark: $(STAMP) ## how long the program takes to start
	$(BIN)/python benchmarks/startup.py

schemas: $(STAMP) ## write schemas/ anew from the code
	@$(BIN)/flowstate schema --write schemas

reference: $(STAMP) ## write docs/reference/ anew from the code
	@cd docs && ../$(BIN)/python -m making

# What decides everything in a campaign, and how many runs it has. What is done is kept in build/campaigns/.
SEED ?= 1
campaign-faults: RUNS ?= 50000
campaign-planfiles: RUNS ?= 1750
campaign-disks: RUNS ?= 1650
campaign-kill: RUNS ?= 2000
campaign-pairs: RUNS ?= 500

campaign-faults: $(STAMP) ## RUNS=50000 SEED=1: runs broken at any request, and the next one (docs/reliability.md)
campaign-planfiles: $(STAMP) ## RUNS=1750: the same with plan files
campaign-disks: $(STAMP) ## RUNS=1650: a disk that is full or read-only at any write, and the next run
campaign-kill: $(STAMP) ## RUNS=2000: kill -9 at any moment, and the next run
campaign-pairs: $(STAMP) ## RUNS=500: two processes at once, for each place of state
campaign-faults campaign-planfiles campaign-disks campaign-kill campaign-pairs:
	cd tests && PYTHONHASHSEED=0 ../$(BIN)/python -m campaigns.$(@:campaign-%=%) --runs $(RUNS) --seed $(SEED)

campaign-properties: $(STAMP) ## what holds of any team, 200 examples each, and 100 crashes for the search for secrets
	CAMPAIGN_WHOLE=1 $(BIN)/pytest -n 2 tests/campaigns/test_properties.py tests/campaigns/test_staleness.py \
		tests/campaigns/test_secrets.py

campaign-export: $(STAMP) ## 200 generated teams exported, made again from the export, and exported again
	EXPORT_TEAMS=200 $(BIN)/pytest -q tests/e2e/test_export.py

campaign-scopes: $(STAMP) ## scopes of 200 generated manifests: enough, and none too many
	SCOPES_CASES=200 $(BIN)/pytest tests/e2e/test_scopes.py -k derived

clean: ## remove everything that can be made again
	rm -rf .venv .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with make PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
