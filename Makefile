# `make run` and `make test` do everything from a fresh checkout.
# Browsers allow passkeys on localhost, but not on 127.0.0.1.
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

# One process more than cores: many tests wait for a browser or a server.
test: $(VENV)/test.stamp
	@$(PY) -m pytest --numprocesses $$(($$(nproc) + 1)) --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

# The tests that need no browser, no nginx and no other processes.
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
	$(PY) -m pytest --quiet tests/deploy/test_messages.py

# Gathers the texts (needs xgettext), compiles the translations, and writes nginx's
# error pages.
messages: $(VENV)/test.stamp
	$(PY) -m tests.tools.messages
	$(PY) -m tests.tools.error_pages

# Screenshots of every page for review: both languages, all widths, light, dark, printed.
pictures: $(VENV)/test.stamp
	@$(PY) -m tests.tools.pictures

# Takes the handbook's screenshots from a running site.
handbook: $(VENV)/test.stamp
	@$(PY) -m tests.tools.handbook

# Measures speed relative to the machine, into deploy/BENCHMARKS.md (needs wrk and nginx).
bench: $(VENV)/test.stamp
	@$(PY) -m tests.tools.bench $(or $(ARGS),--write)

# Stops PostgreSQL, a worker, the whole application under load (needs wrk and nginx).
faults: $(VENV)/test.stamp
	@$(PY) -m tests.tools.faults $(ARGS)

# Lists the packages that a server installs, with hashes, as CycloneDX.
SBOM ?= var/sbom.cdx.json
sbom: $(VENV)/test.stamp
	@mkdir -p $(dir $(SBOM))
	@$(VENV)/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
	  --short-PURLs --output-reproducible --output-file $(SBOM)

# Updates and pins every dependency, with hashes.
lock: $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet uv==$(UV_VERSION)
	$(VENV)/bin/uv pip compile $(LOCK) -o requirements.txt pyproject.toml
	$(VENV)/bin/uv pip compile $(LOCK) -o requirements-test.txt --extra test pyproject.toml
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url

clean:
	rm -rf $(VENV)

# venv makes this file last: if it is missing, the environment is made again.
$(VENV)/bin/pip:
	@python3 -m venv --clear $(VENV) >/dev/null || { rm -rf $(VENV); \
	  echo "Python makes no virtual environment here; on Debian: apt install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/test.stamp: requirements-test.txt | $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@ $(VENV)/run.stamp
