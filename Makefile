# clipper: `make` sets everything up and runs the main job over seeds/*.txt; `make help` lists the rest.
# Put your own pages (*.txt) into seeds/ and run `make` again: only what is new is done.

PYTHON ?= python3
VENV   ?= .venv
PAGES  ?= seeds
CLIPS  ?= clips
CONFIG ?= s2t
PARAGRAPHS ?= 1000000

BIN     := $(VENV)/bin
CLIPPER := $(BIN)/clipper
PIP     := $(BIN)/python -m pip install --quiet --disable-pip-version-check
READY   := $(VENV)/.ready
DEV     := $(VENV)/.ready-dev
SPARK   := $(VENV)/.ready-spark
CODE    := $(wildcard clipper/*.py)

# What make would misread in a name, and two ends that would be taken for what is made of another page.
ODD     := [[:space:]':;|].*\.txt$$|\.(findings|aside)\.txt$$
LIST    := LC_ALL=C ls '$(PAGES)' 2>/dev/null | LC_ALL=C grep -a -E
NAMES   := $(patsubst %.txt,%,$(shell $(LIST) '\.txt$$' | LC_ALL=C grep -a -v -E "$(ODD)"))
REFUSED := $(shell $(LIST) "$(ODD)")
KINDS   := jsonl findings.jsonl aside.jsonl clip.txt keywords.tsv
MADE    := $(foreach kind,$(KINDS),$(NAMES:%=$(CLIPS)/%.$(kind)))
SUMMARY := $(CLIPS)/summary.txt

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all odd-names test test-slow test-spark gate bench bench-spark lint clean help

all: $(SUMMARY) $(if $(REFUSED),odd-names)  ## set up, then records, clip text, findings and keywords of every page in seeds/ (the default)

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	touch $@

$(DEV): $(READY)
	$(PIP) --editable '.[dev,fit]'
	touch $@

$(SPARK): $(DEV)
	$(PIP) --editable '.[dev,spark]'
	touch $@

# A step that fails leaves no target, not even an old one: hence the rm, as clipper itself leaves old files alone.
# One run makes a page's records, what was found on it, and what was taken out (clipper dedupe --restore).
$(CLIPS)/%.jsonl $(CLIPS)/%.findings.jsonl $(CLIPS)/%.aside.jsonl: $(PAGES)/%.txt $(CODE) | $(READY) $(CLIPS)
	@rm -f '$(CLIPS)/$*.jsonl' '$(CLIPS)/$*.findings.jsonl' '$(CLIPS)/$*.aside.jsonl'
	$(CLIPPER) dedupe -f jsonl '$<' --findings '$(CLIPS)/$*.findings.jsonl' --set-aside '$(CLIPS)/$*.aside.jsonl' -o '$(CLIPS)/$*.jsonl'

$(CLIPS)/%.clip.txt: $(CLIPS)/%.jsonl
	@rm -f '$@'
	$(CLIPPER) split '$<' -o '$@'

$(CLIPS)/%.keywords.tsv: $(CLIPS)/%.jsonl
	@rm -f '$@'
	$(CLIPPER) keywords -f tsv '$<' -o '$@'

# The clippings of one page in another script: make clips/damaged.s2hk.txt CONFIG=s2hk
$(CLIPS)/%.$(CONFIG).txt: $(CLIPS)/%.clip.txt
	@rm -f '$@'
	$(CLIPPER) convert -c $(CONFIG) '$<' -o '$@'

$(CLIPS):
	mkdir -p '$@'

odd-names:
	@echo 'make: these pages were left out; rename them (no spaces, quotes, : ; |, no .findings or .aside before .txt):' >&2
	@$(LIST) "$(ODD)" >&2; exit 1

# The folder itself is looked at too, so that a page taken away leaves the table.
$(SUMMARY): $(MADE) $(PAGES) | $(CLIPS)
	@row() { printf '%9s %10s %11s %9s  %s\n' "$$@"; }; \
	count() { grep -c -e "$$1" "$$2" || true; }; \
	{ row articles fragments 'taken out' reported page; \
	for name in $(NAMES:%='%'); do page='$(CLIPS)'/"$$name"; \
	row "$$(count '"kind": "article"' "$$page.jsonl")" "$$(count '"kind": "fragment"' "$$page.jsonl")" \
	"$$(count '"why": ' "$$page.aside.jsonl")" "$$(count '"action": "report"' "$$page.findings.jsonl")" \
	"$$name"; done; } > '$@'
	@cat '$@'
	@echo 'In $(CLIPS)/: NAME.clip.txt to read, NAME.jsonl with every line number, NAME.findings.jsonl, NAME.keywords.tsv'

test: $(DEV)  ## set up and run the tests
	$(BIN)/python -m pytest

test-slow: $(DEV)  ## the tests that take longer
	$(BIN)/python -m pytest -m slow

test-spark: $(SPARK)  ## the tests of clipper spark, which need Java 17 or later
	$(BIN)/python -m pytest -m spark

gate: $(DEV)  ## score split on labelled pages; fail below the floors
	$(BIN)/python tests/gate.py

bench: $(READY)  ## time the archive of dedupe with a million paragraphs (PARAGRAPHS=100000 for fewer)
	$(BIN)/python tests/bench.py --paragraphs $(PARAGRAPHS)

bench-spark: $(SPARK)  ## time clipper spark with two sizes of corpora (PARAGRAPHS=100000 for one)
	$(BIN)/python tests/bench_spark.py $(if $(filter command line environment,$(origin PARAGRAPHS)),--paragraphs $(PARAGRAPHS))

lint: $(DEV)  ## style, form and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:  ## remove what was made, the environment too
	rm -rf '$(CLIPS)' '$(VENV)' build dist clipper.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

help:  ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12
