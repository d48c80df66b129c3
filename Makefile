# What a person types; `make` alone prints it. It makes the environment and opens the chain's door: lib/notebook_report.
YEAR ?= $(lastword $(sort $(patsubst data/raw/%/round.toml,%,$(wildcard data/raw/*/round.toml))))
PYTHON ?= python3
# Before any line is given to the shell: a year is four digits.
$(if $(filter file,$(origin YEAR)),,$(if $(subst dddd,,$(subst 9,d,$(subst 8,d,$(subst 7,d,$(subst 6,d,$(subst 5,d,$(subst 4,d,$(subst 3,d,$(subst 2,d,$(subst 1,d,$(subst 0,d,$(value YEAR)))))))))))),$(error A year is four digits, as in: make report YEAR=2021)))
REPORT := output/$(YEAR)/report.html

# An active conda environment made from environment.yml, whatever its name; otherwise a .venv of our own, with the packages of a target.
CONDA := $(if $(CONDA_PREFIX),$(shell ls -d "$$CONDA_PREFIX"/lib/python3*/site-packages/pandera 2>/dev/null))
RUN := $(if $(CONDA),python,.venv/bin/python)
ENVIRONMENT := $(if $(CONDA),,.venv/ready)
# What is newer than the chain's last look: what can change the report (a folder, when a file comes or goes), what it left; a date ahead.
ASKED := output/.build/$(YEAR)/.asked
NEWER = $(shell [ -f $(ASKED) ] || echo all; exec 2>/dev/null; find -L data/raw docs notebooks lib pyproject.toml requirements.lock $(ENVIRONMENT) \( -newercc $(ASKED) -o -newercm $(ASKED) \( -path 'data/raw*' -o ! -type d \) \) ! -path '*/.*' ! -path '*/__pycache__*' ! -path 'notebooks/exploratory*'; find output data/processed -maxdepth 1 -newercc $(ASKED); find output/$(YEAR) output/.build/$(YEAR) data/processed/$(YEAR) -newercc $(ASKED); find $(ASKED) -newermt now)

export PYTHONPATH := $(CURDIR)/lib
export PYTHONUTF8 := 1
unexport PYTHONDONTWRITEBYTECODE
.DELETE_ON_ERROR:
.PRECIOUS: $(REPORT)  # even if Ctrl-C comes just when it is new
.PHONY: help report test lint lab round check feedback pdf docx audit draft oracle bench profile lock clean
help:
	@sed -n 's/^\([a-z]*\):.*## /\1@/p' $(MAKEFILE_LIST) | awk -F@ '{ printf "make %-8s %s\n", $$1, $$2 }'
	@echo "YEAR is $(YEAR) unless you name another, as in: make report YEAR=$(YEAR)"
report: $(REPORT)  ## build the report of a year: output/YEAR/report.html
$(REPORT): $(if $(NEWER)$(ENGINE),FORCE) | $(ENVIRONMENT)
	@$(RUN) -m notebook_report report $(YEAR)
test: lint  ## run every check, on the report of 2021 as it is now
	@$(MAKE) --no-print-directory report YEAR=2021
	@$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
lint: $(ENVIRONMENT:%=%-test)  ## check how the code and the notebooks are written
	@$(RUN) -m ruff check && $(RUN) -m ruff format --check && $(RUN) -m mypy
lab: $(ENVIRONMENT:%=%-lab) filter $(if $(wildcard $(REPORT)),,$(REPORT))  ## open JupyterLab at the notebooks (PORT=8890, BROWSER=no)
	@$(RUN) -m notebook_report lab $(if $(PORT),--port=$(PORT)) $(if $(filter no,$(BROWSER)),--no-browser)
round: $(ENVIRONMENT)  ## start the round of a new YEAR from a template: data/raw/YEAR
check: $(ENVIRONMENT)  ## list every problem in a round's raw data; changes nothing there
feedback: report  ## write a page for each member: output/YEAR/feedback, and feedback.zip to send
pdf: $(ENVIRONMENT:%=%-pdf) report  ## print the report with this machine's Chromium: output/YEAR/report.pdf
docx: $(ENVIRONMENT:%=%-docx) report  ## write the pages as Word documents, with pandoc: output/YEAR/report.docx
round check feedback pdf docx:
	@$(RUN) -m notebook_report $@ $(YEAR)
audit: report  ## sum up where a published report differs from its replies; STRICT=1 fails if it does
	@STRICT=$(STRICT) $(RUN) -m publication_audit.audit $(YEAR)
draft: $(ENVIRONMENT:%=%-draft) report  ## audit a draft before it is printed (FILE=path): output/YEAR/draft; KEEP=1 keeps what it prints
	@$(RUN) -m publication_audit.draft $(YEAR) "$$FILE"
oracle: $(ENVIRONMENT)  ## have R answer again what the statistics are held to
	@PYTHON=$(if $(ENVIRONMENT),$(CURDIR)/)$(RUN) sh tests/oracle/run.sh
bench: report  ## time the chain: against one notebook, AGAINST=commit, or of so many REPLIES and WORKSHOPS
	@$(RUN) tests/benchmarks/$(if $(REPLIES),scale.py $(REPLIES) $(WORKSHOPS) $(BENCH),chain.py $(YEAR) $(if $(AGAINST),--against $(AGAINST)))
profile: $(ENVIRONMENT)  ## build the report in a copy and tell the seconds of each step and cell
	@$(RUN) tests/benchmarks/chain.py $(YEAR) --profile
lock:  ## resolve the packages of pyproject.toml again, with uv
	@UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile -q --universal --python-version 3.11 --generate-hashes --extra test --extra docx --extra draft --output-file requirements.lock pyproject.toml
clean:  ## remove what was built; data/raw and .venv stay
	rm -rf output data/processed
FORCE:
filter: FORCE  # Git takes a notebook without what running it leaves there (.gitattributes).
	@[ ! -e .git ] || git config filter.notebooks.clean '$(RUN) -m nbstripout --keep-id --extra-keys "metadata.language_info \
	    cell.metadata.editable cell.metadata.deletable cell.metadata.slideshow cell.metadata.trusted"' || true
.venv/ready .venv/ready-lab .venv/ready-pdf .venv/ready-docx .venv/ready-draft .venv/ready-test: requirements.lock pyproject.toml
	@for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11 none; do \
	    $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && break; done; \
	[ $$python != none ] || { echo 'Python 3.11 to 3.14 is needed: make PYTHON=path/to/python3' >&2; exit 1; }; \
	$$python -P lib/notebook_report/environment.py $(patsubst ready-%,%,$(filter ready-%,$(@F)))
