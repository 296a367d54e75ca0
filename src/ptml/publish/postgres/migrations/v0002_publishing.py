"""Functions by which a role that owns nothing publishes a run.

They run with the rights of the schema's owner. Who may call them can add a run and remove runs that
are too old, and nothing else: no other table can be read, written or dropped with them.
"""

from alembic import op

revision = "0002"
down_revision = "0001"

# A run's tables are made empty and apart, so that they are filled before they have keys.
_BEGIN = """
CREATE FUNCTION begin_publication(of_run text, manifest text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE no bigint; t text;
BEGIN
    INSERT INTO publications (run_id, about) VALUES (of_run, manifest)
        RETURNING published_no INTO no;
    FOR t IN SELECT name FROM output_tables ORDER BY name LOOP
        EXECUTE format('CREATE TABLE %I (LIKE %I)', t || '_' || no, t || '_by_run');
        EXECUTE format('ALTER TABLE %I ALTER published_no SET DEFAULT %s,'
            ' ADD CONSTRAINT of_one_publication CHECK (published_no = %s)', t || '_' || no, no, no);
        EXECUTE format('GRANT INSERT ON %I TO %I', t || '_' || no, session_user);
    END LOOP;
    EXECUTE format('CREATE TABLE %I (LIKE runs)', 'runs_' || no);
    EXECUTE format('GRANT INSERT ON %I TO %I', 'runs_' || no, session_user);
    RETURN no;
END $$"""

# To attach a partition keeps nobody out who reads, and waits for nobody who does.
_SHOW = """
CREATE FUNCTION show_publication(no bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE t record;
BEGIN
    FOR t IN SELECT name, name || '_' || no AS part, key FROM output_tables ORDER BY name LOOP
        EXECUTE format('REVOKE ALL ON %I FROM %I', t.part, session_user);
        PERFORM add_keys(t.part, t.key);
        EXECUTE format('ANALYZE %I', t.part);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)',
            t.name || '_by_run', t.part, no);
    END LOOP;
    EXECUTE format('DELETE FROM runs WHERE run_id IN (SELECT run_id FROM %I)', 'runs_' || no);
    EXECUTE format('INSERT INTO runs SELECT * FROM %I', 'runs_' || no);
    EXECUTE format('DROP TABLE %I', 'runs_' || no);
END $$"""

# An id longer than a page of an index can hold (2,704 bytes) is found by its hash.
_KEYS = """
CREATE FUNCTION add_keys(part text, key text[]) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE columns text;
BEGIN
    IF cardinality(key) > 0 THEN
        SELECT string_agg(quote_ident(k), ', ' ORDER BY n) INTO columns
            FROM unnest(key) WITH ORDINALITY AS u(k, n);
        BEGIN
            EXECUTE format('CREATE UNIQUE INDEX %I ON %I (%s)', part || '_key', part, columns);
        EXCEPTION WHEN program_limit_exceeded THEN
            EXECUTE format('CREATE INDEX %I ON %I USING hash (%I)', part || '_key', part, key[1]);
        END;
    END IF;
    IF key[1] IS DISTINCT FROM 'employee_id' AND EXISTS (SELECT FROM pg_attribute
            WHERE attrelid = part::regclass AND attname = 'employee_id') THEN
        BEGIN
            EXECUTE format('CREATE INDEX %I ON %I (employee_id)', part || '_person', part);
        EXCEPTION WHEN program_limit_exceeded THEN
            EXECUTE format('CREATE INDEX %I ON %I USING hash (employee_id)',
                part || '_person', part);
        END;
    END IF;
END $$"""

_REMOVE = """
CREATE FUNCTION remove_old_publications(kept integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE old bigint; t text;
BEGIN
    FOR old IN SELECT published_no FROM publications
            ORDER BY published_no DESC OFFSET greatest(kept, 1) LOOP
        FOR t IN SELECT name FROM output_tables ORDER BY name LOOP
            EXECUTE format('DROP TABLE IF EXISTS %I', t || '_' || old);
        END LOOP;
        DELETE FROM publications WHERE published_no = old;
    END LOOP;
END $$"""

_PRIVATE = (
    "add_keys(text, text[])",
    "begin_publication(text, text)",
    "show_publication(bigint)",
    "remove_old_publications(integer)",
)


def upgrade() -> None:
    """Make the functions, for nobody yet: `ptml migrate --writer ROLE` gives them out."""
    for function in (_KEYS, _BEGIN, _SHOW, _REMOVE):
        # Read by the driver as they stand: a percent sign is one.
        op.get_bind().exec_driver_sql(function.replace("%", "%%"))
    for function in _PRIVATE:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
