#!/usr/bin/env bash
# Restore a backup of an MLflow store into an empty place. Nothing that is there is overwritten.
#
#   restore.sh BACKUP DATABASE ARTEFACTS
#
# BACKUP     a folder that backup.sh made
# DATABASE   a SQLite file that is not there, or the address of an empty PostgreSQL database
# ARTEFACTS  a folder that is empty or not there
set -euo pipefail
if [ $# -ne 3 ]; then sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; fi
backup=$1 database=$2 artefacts=$3
if [ -n "${PGPASSWORD_FILE:-}" ]; then PGPASSWORD=$(cat "$PGPASSWORD_FILE"); export PGPASSWORD; fi
refuse() { echo "$1; nothing was restored" >&2; exit "${2:-2}"; }

[ -f "$backup/SHA256SUMS" ] || refuse "BACKUP must be a folder that backup.sh made, got $backup"
(cd "$backup" && sha256sum --check --quiet --strict SHA256SUMS) || refuse "$backup is damaged" 65
[ -z "$(ls -A "$artefacts" 2>/dev/null)" ] || refuse "ARTEFACTS must be empty, got $artefacts"
umask 077
case $database in
postgresql*)
    [ -f "$backup/database.dump" ] || refuse "$backup holds no PostgreSQL database"
    address=${database/+psycopg:/:}
    tables=$(psql --no-psqlrc --tuples-only --no-align --dbname="$address" --command="SELECT count(*)
        FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')")
    [ "$tables" = 0 ] || refuse "DATABASE must be empty, it has $tables tables"
    ;;
*)
    [ -f "$backup/database.sqlite" ] || refuse "$backup holds no SQLite database"
    [ ! -e "$database" ] || refuse "DATABASE must not be there, got $database"
    # A SQLite store names its artefacts by their place.
    before=$(cat "$backup/artefacts.path")
    [ "$(realpath --canonicalize-missing "$artefacts")" = "$before" ] ||
        refuse "the artefacts lay in $before and have to lie there again"
    ;;
esac

# The database comes last: until it is there nobody sees files that are only half restored.
mkdir -p "$artefacts"
tar --extract --directory="$artefacts" --file="$backup/artefacts.tar" --no-same-owner
case $database in
postgresql*)
    pg_restore --no-owner --no-privileges --single-transaction --exit-on-error \
        --dbname="$address" "$backup/database.dump"
    ;;
*)
    mkdir -p "$(dirname "$database")"
    cp "$backup/database.sqlite" "$database.restoring"
    sync
    mv "$database.restoring" "$database"
    ;;
esac
echo "restored $backup"
