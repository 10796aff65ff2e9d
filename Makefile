# Each target is one line. `make lab` and `make test` start from nothing but Python and make.
ifeq ($(OS),Windows_NT)
PYTHON ?= python
BIN = .venv/Scripts/
else
PYTHON ?= python3
BIN = .venv/bin/
endif

.PHONY: lab test nightly build lint bench site lock install
lab: install ; @"$(BIN)ppdl" lab
test: install ; "$(BIN)python" -m pytest -n 2 --dist loadfile $(PYTEST)
nightly: install ; "$(BIN)python" -m pytest -n 2 --dist loadfile -m nightly $(PYTEST)
build: install ; "$(BIN)ppdl" build
lint: install ; "$(BIN)ruff" check . && "$(BIN)ruff" format --check .
bench: install ; "$(BIN)ppdl" bench
site: install ; "$(BIN)python" -m sphinx -W -q docs build/site
lock: ; uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade --quiet --custom-compile-command "make lock" -o requirements.lock
install: ; @$(PYTHON) ppdl_course/classroom/student/install.py
