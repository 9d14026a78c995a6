# make demo    set everything up and try both mirrors on the sample pictures
# make app     open the window
# make test    everything that must hold: style, types, import contracts, tests
# The other targets: install lock check bench wheel bundle docs-pictures screenshots assets clean

UV_VERSION    := 0.13.9
TORCH         := 2.13.0
# cpu | auto | cu130 ...: with a GPU say  make install TORCH_BACKEND=auto
TORCH_BACKEND ?= cpu
VENV          ?= .venv
BIN           := $(VENV)/bin
UV            := VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv
GOOD          := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))
PYTHON        ?= $(shell for p in python3.11 python3.12 python3; do $$p -c '$(GOOD)' 2>/dev/null && echo $$p && break; done)

.PHONY: help install system lock demo test app check wheel bundle bench docs-pictures screenshots assets clean
.DEFAULT_GOAL := help

help:
	@sed -n '1,/^$$/s/^# //p' Makefile

install: $(VENV)/.installed

# torch: a CPU build from a local folder that pip is configured with, where there is one; else uv picks the index that fits.
$(VENV)/.installed: pyproject.toml requirements.lock setup.py
	@test -n "$(PYTHON)" && $(or $(PYTHON),false) -c '$(GOOD)' || { echo "needs Python 3.11 or 3.12; say which: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the packages of requirements.lock into $(VENV) ..."
	@$(BIN)/python -m pip install -qq "uv==$(UV_VERSION)"
	@$(UV) pip install --quiet --no-deps -r requirements.lock
	@$(BIN)/python -c "import importlib.metadata as m, sys; sys.exit(m.version('torch').split('+')[0] != '$(TORCH)')" 2>/dev/null \
	  || $(BIN)/python -m pip install --quiet --no-index --no-deps "torch==$(TORCH)" 2>/dev/null \
	  || $(UV) --no-config pip install --torch-backend=$(TORCH_BACKEND) "torch==$(TORCH)"
	@$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

system:
	@tools/system_packages.sh

lock: install  # after a change of pyproject.toml; commit the result. UPGRADE=--upgrade moves every pin
	$(UV) pip compile --quiet --universal --no-header --no-annotate pyproject.toml --group dev --group torch-needs $(UPGRADE) -o requirements.lock

demo: install system
	@$(BIN)/tryon demo -o out

app: install system
	@$(BIN)/tryon app

check: install
	@$(BIN)/python -m tools.check

test: install system check
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(PYTEST)

bench: install system
	@$(BIN)/python -m benchmarks.first_light

wheel: install
	@rm -rf build dist/*.whl
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null
	@rm -rf build
	@ls -l dist/*.whl

# One folder that runs without Python, dist/tryon-studio, then tried on a clean PATH. PyInstaller stays out of the program's own packages.
bundle: install system
	@$(BIN)/python -m pip install --quiet --no-deps --upgrade --target build/maker -r tools/bundle/requirements.txt
	@PYTHONPATH=build/maker $(BIN)/python -W ignore -m PyInstaller --noconfirm --log-level ERROR --workpath build/bundle --distpath dist tools/bundle/tryon.spec
	@$(BIN)/python -m tools.bundle.try_it dist/tryon-studio

docs-pictures: install system
	@$(BIN)/python -m tools.docs_pictures

# The window through every page and state, light, dark, Chinese and at 200 %, into docs/screens/
screenshots: install system
	@xvfb-run -a $(BIN)/python -m tools.screenshots docs/screens

# Builds the furniture anew, thumbnails path-traced (much faster where DRJIT_LIBLLVM_PATH names LLVM 19).
assets: install
	@$(BIN)/python -m assets.source.furniture

clean:
	rm -rf build dist out runs .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
