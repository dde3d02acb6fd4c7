# What deploy/backup and deploy/restore share: where the database and the repository are.
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ -z ${VAR_DIR:-} && $EUID == 0 ]]; then
  exec deploy/run "deploy/$(basename "$0")" "$@"
fi
: "${VAR_DIR:?is not set}" "${RESTIC_REPOSITORY:?is not set}" "${RESTIC_PASSWORD_FILE:?is not set}"
export DATABASE_URL=${DATABASE_URL:-sqlite:///$VAR_DIR/db.sqlite3}

fail() {
  echo "$*" >&2
  exit 1
}
only_one_run() {
  exec 9>"$VAR_DIR/.backup.lock"
  flock --nonblock 9 || fail "Another run is making or restoring a backup."
}
decoded() { printf '%b' "${1//%/\\x}"; }

if [[ $DATABASE_URL == sqlite:* ]]; then
  dump=database.sqlite3
  live=$(decoded "${DATABASE_URL#sqlite:///}")
  dump_database() { copy_sqlite "$live" "$1"; }
  load_database() { copy_sqlite "$1" "$live"; }
  discard_database() { rm -f "$live" "$live-wal" "$live-shm"; }
else
  dump=database.sql
  address=$DATABASE_URL
  # The password goes through the environment, where no other user sees it.
  if [[ $DATABASE_URL =~ ^([a-z]+://[^:/@]*):([^/@]*)@(.*)$ ]]; then
    address=${BASH_REMATCH[1]}@${BASH_REMATCH[3]}
    PGPASSWORD=$(decoded "${BASH_REMATCH[2]}")
    export PGPASSWORD
  fi
  dump_database() { pg_dump --no-owner --no-privileges --file="$1" "$address"; }
  load_database() {
    # pg_dump 17 writes a setting that an older server does not know.
    sed -i '/^SET transaction_timeout/d' "$1"
    psql --quiet --no-psqlrc --output=/dev/null --set=ON_ERROR_STOP=1 --single-transaction \
      --command="$drop_tables" --file="$1" "$address"
  }
  discard_database() { :; }
fi
drop_tables='DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format($_$DROP TABLE %I CASCADE$_$, name);
  END LOOP; END $$'

# SQLite's own backup: one transaction, for which a running site need not stop.
copy_sqlite() {
  .venv/bin/python - "$1" "$2" <<'PYTHON'
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

try:
    with (
        closing(sqlite3.connect(f"{Path(sys.argv[1]).as_uri()}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(sys.argv[2], timeout=20)) as target,
    ):
        (found,) = source.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            sys.exit(f"{sys.argv[1]} is damaged: {found}")
        source.backup(target)
except sqlite3.Error as error:
    sys.exit(f"{sys.argv[1]} cannot be copied to {sys.argv[2]}: {error}")
PYTHON
}
