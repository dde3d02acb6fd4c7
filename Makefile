# `make run` and `make test` do everything from a fresh checkout.
# A browser keeps a passkey for localhost, but not for 127.0.0.1.
PORT ?= 8000
VENV := .venv
PY := $(VENV)/bin/python
UV_VERSION := 0.13.9

.PHONY: run test quick dev check messages pictures handbook bench faults sbom lock clean

run dev: export SITE_URL ?= http://localhost:$(PORT)
run: $(VENV)/run.stamp
	@$(PY) manage.py migrate --noinput --verbosity 0
	@$(PY) manage.py load_content
	@$(PY) manage.py collectstatic --noinput --verbosity 0
	@$(PY) manage.py first_administrator
	@echo "The site is on $(SITE_URL)/ and the admin on $(SITE_URL)/admin/ (Ctrl-C stops it)."
	@exec $(VENV)/bin/gunicorn jinhua_site.wsgi --config deploy/gunicorn.conf.py --bind 127.0.0.1:$(PORT)

test: $(VENV)/test.stamp
	@$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

# All that needs neither browser, nginx nor other processes.
quick: $(VENV)/test.stamp
	@$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
	  -m 'not browser and not html_checker and not nginx and not processes' $(ARGS)

dev: export DEBUG := 1
dev: $(VENV)/test.stamp
	@$(PY) manage.py migrate --noinput --verbosity 0
	@$(PY) manage.py load_content
	@$(PY) manage.py first_administrator
	@$(PY) manage.py runserver 127.0.0.1:$(PORT)

check: $(VENV)/test.stamp
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check
	$(PY) -m tests.tools.messages --check

# Gathers the texts (needs xgettext), compiles what the editors wrote, and writes what
# nginx says of errors.
messages: $(VENV)/test.stamp
	$(PY) -m tests.tools.messages
	$(PY) -m tests.tools.error_pages

# Every page in both languages, all widths, light, dark and printed, to be looked at.
pictures: $(VENV)/test.stamp
	@$(PY) -m tests.tools.pictures

# Takes the handbook's pictures anew, from the running site.
handbook: $(VENV)/test.stamp
	@$(PY) -m tests.tools.handbook

# Ratios to what the machine can do at all, into deploy/BENCHMARKS.md (with wrk and nginx).
bench: $(VENV)/test.stamp
	@$(PY) -m tests.tools.bench $(or $(ARGS),--write)

# Takes away PostgreSQL, a worker, the whole application, under load (with wrk and nginx).
faults: $(VENV)/test.stamp
	@$(PY) -m tests.tools.faults $(ARGS)

# What a server installs, with hashes, as CycloneDX.
SBOM ?= var/sbom.cdx.json
sbom: $(VENV)/test.stamp
	@mkdir -p $(dir $(SBOM))
	@$(VENV)/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
	  --short-PURLs --output-reproducible --output-file $(SBOM)

# Pins every dependency anew, with hashes.
lock: $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet uv==$(UV_VERSION)
	$(VENV)/bin/uv pip compile $(LOCK) -o requirements.txt pyproject.toml
	$(VENV)/bin/uv pip compile $(LOCK) -o requirements-test.txt --extra test pyproject.toml
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url

clean:
	rm -rf $(VENV)

# The last that venv makes: one that was broken off is begun anew.
$(VENV)/bin/pip:
	@python3 -m venv --clear $(VENV) >/dev/null || { rm -rf $(VENV); \
	  echo "Python makes no virtual environment here; on Debian: apt install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/test.stamp: requirements-test.txt | $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@ $(VENV)/run.stamp
