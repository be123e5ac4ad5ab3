# `make demo` and `make test` do all set-up on a machine with Python 3.11 to 3.13 and make.
# `make help` lists the rest.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
SOURCES := $(shell find web -type f -not -path '*/node_modules/*' 2>/dev/null)

CORPUS ?= ../shared/corpus
BENCH ?= ../shared/bench
ENCODER := src/merestone/reading/data/encoder
COMPOSED = $(filter-out %/ordinary.jsonl,$(sort $(wildcard training/documents/*.jsonl)))
LEARNT = $(CORPUS)/train/*.jsonl $(COMPOSED)
TWICE = $(CORPUS)/train/*.jsonl $(LEARNT)
ORDINARY = training/documents/ordinary.jsonl --ordinary training/documents

.PHONY: help demo test lint bench docs train toponyms clean

help:  ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

demo: $(VENV)/installed  ## install everything, then build and open the example case
	$(BIN)/merestone demo demo

test: $(VENV)/installed-for-tests chromium postgresql lint  ## install everything, then check and test everything
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

lint: $(VENV)/installed-for-tests  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# a script that ends with 2 has said what it lacks
bench: $(VENV)/installed-for-tests  ## measure quality and speed; never part of the tests
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@for script in $(filter-out bench/benchmark_data.py,$(wildcard bench/*.py)); do \
	  echo "== $$script"; $(BIN)/python $$script || [ $$? = 2 ] || exit 1; done

train: $(VENV)/installed-for-tests  ## make the reader's weights anew; some hours
	$(BIN)/python -m pip install --quiet --editable '.[training]'
	$(BIN)/python training/fetch_base.py build/base
	$(BIN)/python training/fit_scope.py $(CORPUS)/train/*.jsonl training/documents/*.jsonl --bench $(BENCH) --ordinary training/documents
	$(BIN)/python training/fit_reader.py $(LEARNT) --base build/base --news $(BENCH) --leave-out 0,1 --out build/first
	$(BIN)/python training/fit_reader.py $(TWICE) --base build/base --start build/first --news $(BENCH) --leave-out 0,1 \
	  --epochs 2 --spans 1 --rate 2.5e-4 --head-rate 6e-4 --warm 0.05 --seed 2 --out build/second
	$(BIN)/python training/fit_reader.py $(TWICE) --base build/base --start build/second --news $(BENCH) --leave-out 0,1 \
	  --epochs 3 --spans 1 --seed 3 --out build/third
	$(BIN)/python training/fit_reader.py $(TWICE) --base build/base --start build/second --news $(BENCH) --leave-out 0,1 \
	  --epochs 2 --spans 1 --seed 4 --out build/fourth
	$(BIN)/python training/average.py build/second build/third build/fourth --out build/mean
	$(BIN)/python training/fit_reader.py $(TWICE) $(ORDINARY) --base build/base --start build/mean --news $(BENCH) --leave-out 0,1 \
	  --epochs 2 --spans 1 --words 0.12 --seed 5 --out build/fifth
	$(BIN)/python training/fit_reader.py $(TWICE) $(ORDINARY) --base build/base --start build/mean --news $(BENCH) --leave-out 0,1 \
	  --epochs 2 --spans 1 --words 0.12 --seed 6 --out build/sixth
	$(BIN)/python training/average.py build/mean build/fifth build/sixth --out build/weights
	cp build/weights/made_from.json training/
	$(BIN)/python training/export.py build/weights --base build/base --out $(ENCODER)
	$(BIN)/python training/calibrate.py $(CORPUS)/train/*.jsonl --corpus $(CORPUS) --encoder $(ENCODER)

toponyms: $(VENV)/installed-for-tests  ## make the weights that find and choose places anew; half an hour
	$(BIN)/python -m pip install --quiet --editable '.[training,bench]'
	$(BIN)/python training/fit_resolution.py --data $(BENCH)/toponyms
	$(BIN)/python training/fit_toponyms.py --bench $(BENCH) --corpus $(CORPUS)

docs: $(VENV)/installed-for-tests  ## write the derived pages of the reference again
	$(BIN)/python docs/make_reference.py

clean:  ## remove what was built, never a case
	rm -rf $(VENV) src/merestone/web/page web/node_modules

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Merestone needs Python 3.11, 3.12 or 3.13; install one (Debian: apt-get install python3-venv)." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

# installing in place also builds the page, with the Node that the build requirements bring
$(VENV)/installed: $(BIN)/python pyproject.toml hatch_build.py $(SOURCES)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-for-tests: $(BIN)/python pyproject.toml hatch_build.py $(SOURCES)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/installed

# the page is tested in the system's Chromium
.PHONY: chromium
chromium:
	@$(BIN)/python tests/find_chromium.py >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq chromium; \
	  else echo "The page tests need Chromium: apt-get install chromium, or set MERESTONE_CHROMIUM to a browser." >&2; exit 2; fi; }

# decisions are tested in a PostgreSQL server of the tests' own; without one those tests are left out
.PHONY: postgresql
postgresql:
	@$(BIN)/python tests/postgres_server.py >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; \
	  else echo "The tests with PostgreSQL are left out; to run them: apt-get install postgresql." >&2; fi; }
