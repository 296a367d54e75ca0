#!/usr/bin/env bash
# Back up an MLflow store: its database and its artefacts, whole or not at all.
#
#   backup.sh DATABASE ARTEFACTS BACKUPS
#
# DATABASE   a SQLite file, or a PostgreSQL address (its password in PGPASSWORD or PGPASSWORD_FILE)
# ARTEFACTS  the folder of artefacts
# BACKUPS    where backups lie; a new one gets a folder named after the moment (UTC)
set -euo pipefail
if [ $# -ne 3 ]; then sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; fi
database=$1 artefacts=$2 backups=$3
if [ ! -d "$artefacts" ]; then echo "ARTEFACTS must be a folder, got $artefacts" >&2; exit 2; fi
if [ -n "${PGPASSWORD_FILE:-}" ]; then PGPASSWORD=$(cat "$PGPASSWORD_FILE"); export PGPASSWORD; fi

umask 077
stamp=$(date -u +%Y%m%dT%H%M%SZ)
fresh=$backups/.unfinished-$stamp
mkdir -p "$backups"
mkdir "$fresh"
trap 'rm -rf -- "$fresh"' EXIT

# The database comes first: MLflow writes files before the rows that name them, so every row of the
# copy finds its files among those that are copied after it.
case $database in
postgresql*)
    # pg_dump does not know the driver that SQLAlchemy's addresses name.
    pg_dump --format=custom --file="$fresh/database.dump" --dbname="${database/+psycopg:/:}"
    ;;
*)
    python3 - "$database" "$fresh/database.sqlite" <<'PYTHON'
import pathlib, sqlite3, sys
source, target = (sqlite3.connect(f"{pathlib.Path(p).resolve().as_uri()}?mode={m}", uri=True)
                  for p, m in zip(sys.argv[1:], ("ro", "rwc")))
source.backup(target)
(said,) = target.execute("PRAGMA integrity_check").fetchone()
sys.exit(None if said == "ok" else f"the copy of the database is damaged: {said}")
PYTHON
    ;;
esac
realpath "$artefacts" >"$fresh/artefacts.path"
tar --create --directory="$artefacts" --file="$fresh/artefacts.tar" .
(cd "$fresh" && sha256sum -- * >.sums && mv .sums SHA256SUMS)
sync
mv "$fresh" "$backups/$stamp"
echo "$backups/$stamp"
