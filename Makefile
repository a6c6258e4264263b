# Every target does its own set-up: Python >= 3.11 with venv, and make, are all a machine needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
SERVE ?= 1

.PHONY: demo test check bench ocr format lock clean

demo: $(READY)
	$(BIN)/zhengxin demo --home demo $(if $(filter 0,$(SERVE)),--no-serve,)

# Three on two cores: tests that kill, crash and time out mostly wait. With byte code, also where the
# shell forbids it: each worker and each program that a test starts would compile all of it again.
test: $(READY_DEV)
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 3 --dist worksteal

check: $(READY_DEV)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# The development dependencies: hypothesis fuzzes, OpenCV degrades.
bench: $(READY_DEV)
	$(BIN)/zhengxin bench all

# For scans and photographs: about 80 MB more.
ocr: $(READY) requirements-ocr.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-ocr.lock

format: $(READY_DEV)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Writes the lock files anew; needs uv on the path.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade pyproject.toml --extra ocr -o requirements-ocr.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade pyproject.toml --extra ocr --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) build demo out *.egg-info

# pip checks every file against the lock's hashes; the project itself is linked by a .pth file,
# so that no build tool outside the lock is fetched.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更新版本 (Python >= 3.11 needed), 当前 " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(READY): requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(call link-project)
	touch $@

$(READY_DEV): requirements-dev.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	$(call link-project)
	touch $@ $(READY)

define link-project
	$(BIN)/python -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'zhengxin.pth').write_text(str(pathlib.Path.cwd()))"
	printf '#!%s\nfrom service.cli import main\nif __name__ == "__main__":\n    main()\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/zhengxin
	chmod +x $(BIN)/zhengxin
endef
