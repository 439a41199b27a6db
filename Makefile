# `make help` lists what there is. Each target sets up what it needs by itself; the second time that costs nothing.
.DEFAULT_GOAL := help
.PHONY: help run test check check-format check-lint check-types check-floors check-dead check-dependencies \
        screenshots schema bench bench-scale simulation soak mutants package package-repeat package-test lock clean runtime dev

BIN := .venv/bin
export QT_QPA_PLATFORM ?= offscreen
export PYTHONUTF8 := 1
# Compiled once and kept, also where the machine says otherwise: the tests start Python some two thousand times.
export PYTHONDONTWRITEBYTECODE :=

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: runtime ## Set up, then play a whole day with several laptops and a centre; results in out/demo
	$(BIN)/terreno demo --out out/demo

# Three workers for two processors: many a test waits for a program, a timer or a bad link. All must name tests alike, also
# those whose names show a set: hence one hash seed. Thousands of small databases do not wait for a disk where memory has
# room for them; what a disk forgets, tests/reliability plays.
IN_MEMORY = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 { print "PYTEST_DEBUG_TEMPROOT=/dev/shm" }')
test: dev ## Run all tests in parallel, with the coverage floors (95 % of all, 100 % of the pure parts)
	PYTHONHASHSEED=0 $(IN_MEMORY) $(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term --cov-fail-under=95
	$(BIN)/python -m coverage report --include='terreno_app/domain/*,sync/core/*' --fail-under=100

check: dev ## Format, lint, types, floors, dead code, dependencies
	@$(MAKE) --no-print-directory --keep-going check-format check-lint check-types check-floors check-dead check-dependencies

check-format: dev
	@echo '== format: ruff format --check'
	@$(BIN)/ruff format --check .

check-lint: dev
	@echo '== lint: ruff check'
	@$(BIN)/ruff check .

check-types: dev
	@echo '== types: mypy --strict'
	@$(BIN)/mypy

check-floors: dev
	@echo '== floors: lint-imports'
	@$(BIN)/lint-imports

check-dead: dev
	@echo '== dead code: vulture'
	@$(BIN)/vulture

check-dependencies: dev
	@echo '== dependencies: deptry'
	@$(BIN)/deptry .

screenshots: runtime ## Draw every screen in every look, and the pictures of the documentation, from the day of `make run`
	$(BIN)/terreno demo --out out/screenshots
	PYTHONPATH=. $(BIN)/python packaging/screenshots.py out/screenshots
	mkdir -p docs/images
	cp out/screenshots/pantallas/terreno/02-hoy.png docs/images/today.png
	cp out/screenshots/pantallas/terreno/03-atencion.png docs/images/attention.png
	cp out/screenshots/pantallas/oficina/07-conflictos.png docs/images/conflicts.png

schema: runtime ## Make docs/schema.md again from the kinds of records
	$(BIN)/python packaging/schema.py > docs/schema.md

bench: dev ## Measure what the figures of the README come from
	$(BIN)/python benchmarks/run.py

bench-scale: dev ## Measure what takes minutes: 100,000 records, 200 laptops at once, the figures of ROWS=1000000 a year
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bench.txt
	$(if $(ROWS),,$(BIN)/python benchmarks/run.py scale fleet)
	ROWS=$(or $(ROWS),1000000) $(BIN)/python benchmarks/run.py figures

simulation: dev ## Play the simulator's seeds, plant each mistake, and write docs/simulation.md; minutes
	$(BIN)/python -m tests.simulator mistakes --out docs/simulation.md

soak: dev ## The tests that draw their faults, with as many of them as the promises are stated for; hours
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n 2 --soak $$(grep -rlw soak --include='test_*.py' tests)
	$(BIN)/python -m tests.simulator run --seeds 50000 --steps 300 --resume out/soak.json

mutants: dev ## Plant mistakes in sync/core, one at a time, and count how many the tests catch (90 % or more); an hour
	rm -rf mutants
	mkdir mutants
	@echo '== mutmut run, in mutants/run.log'
	@$(BIN)/mutmut run >mutants/run.log 2>&1 || { tail -c 2000 mutants/run.log; exit 1; }
	@$(BIN)/mutmut results --all true | $(BIN)/python packaging/mutants.py

package: ## Build and sign what people install into out/release: .deb, .tar.zst, components, manifest; minutes
	@packaging/setup.sh package
	@.venv-package/bin/python packaging/build.py

package-repeat: ## Build once more and compare every byte with what `make package` left; minutes
	@packaging/setup.sh package
	@.venv-package/bin/python packaging/repeat.py

package-test: dev ## On a bare Debian 12: install out/release, enrol, attend, report, upgrade, go back, remove; as root, minutes
	@packaging/setup.sh package
	@.venv-package/bin/python packaging/try_package.py

lock: dev ## Make requirements/*.txt again from pyproject.toml
	packaging/lock.sh

clean: ## Remove everything that make made
	rm -rf .venv .venv-package out build dist mutants .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime dev:
	@packaging/setup.sh $@
