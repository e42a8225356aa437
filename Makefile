# make demo   set up, screen the sample drafts, write a report for each to out/
# make test   set up, run every check: format, lint, types, import directions, tests
# make bench  speed, as ratios in one run; make load: the desk under 20 uploads and 20 decisions a second
# make scan-speed  pages of a site against the naive composition; PAGES=100000: and the memory of so many
# make scan-site  a generated site of 3,000 pages with 40 leaks and every trap: scanned, and killed ten times on the way
# make evaluate DATA=../shared/data  quality, to docs/evaluation.md (train: the models, from the same data)
# make screens  a picture of every page of the desk at both sizes, to out/screens, to be looked at
# make lock   renew the lock files (needs uv)
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test check bench scan-speed scan-site load screens train evaluate lock clean

.venv/.run: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	$(BIN)/pip install -q --require-hashes -r requirements-dev.lock
	touch $@

demo: .venv/.run
	$(BIN)/python samples/demo.py out

test: .venv/.dev check
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/.dev
	$(BIN)/python benchmarks/run.py

scan-speed: .venv/.dev
	$(BIN)/python benchmarks/scan_speed.py $(PAGES)

scan-site: .venv/.dev
	$(BIN)/python benchmarks/scan_site.py

load: .venv/.dev
	$(BIN)/python benchmarks/desk_load.py

screens: .venv/.dev
	$(BIN)/python -m tests.browser.screens out/screens

DATA ?= ../shared/data

train: .venv/.dev
	$(BIN)/xianshen model train --data $(DATA)

evaluate: .venv/.dev
	$(BIN)/python benchmarks/evaluate.py $(DATA)

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra ocr --extra web --extra fast --group build -o requirements.lock pyproject.toml
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra ocr --extra web --extra fast --group build --group dev -o requirements-dev.lock pyproject.toml

clean:
	rm -rf .venv out dist build
