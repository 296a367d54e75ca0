"""Functions by which a role that owns nothing takes people, and runs, out of the schema.

They run with the rights of the schema's owner. Who may call them can put a run in the place of
another, take a run back that is not the newest, and drop what no publication names. Nothing else.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

# Older snapshots keep the old number, and its rows stay where they are.
_REPLACE = """
CREATE FUNCTION replace_publication(old bigint, manifest text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE no bigint; was publications%ROWTYPE;
BEGIN
    DELETE FROM publications WHERE published_no = old RETURNING * INTO STRICT was;
    no := begin_publication(was.run_id, manifest);
    UPDATE publications SET published_at = was.published_at, published_by = was.published_by
        WHERE published_no = no;
    RETURN no;
END $$"""

_WITHDRAW = """
CREATE FUNCTION withdraw_publication(no bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    DELETE FROM publications WHERE published_no = no
        AND no < (SELECT max(published_no) FROM publications);
$$"""

_REMOVE = """
CREATE FUNCTION remove_unpublished() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE t text; part text;
BEGIN
    FOR t IN SELECT name FROM output_tables ORDER BY name LOOP
        FOR part IN SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                WHERE inhparent = format('%I', t || '_by_run')::regclass AND relname NOT IN
                    (SELECT t || '_' || published_no FROM publications) LOOP
            EXECUTE format('DROP TABLE %I', part);
        END LOOP;
    END LOOP;
END $$"""

# Commonest, least and greatest values of all runs together, where somebody had them counted.
_ANALYZE = """
CREATE FUNCTION analyze_runs() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE t text;
BEGIN
    FOR t IN SELECT DISTINCT tablename FROM pg_stats JOIN output_tables
            ON tablename = name || '_by_run' WHERE schemaname = current_schema() LOOP
        EXECUTE format('ANALYZE %I', t);
    END LOOP;
END $$"""

_PRIVATE = (
    "replace_publication(bigint, text)",
    "withdraw_publication(bigint)",
    "remove_unpublished()",
    "analyze_runs()",
)


def upgrade() -> None:
    """Make the functions, for nobody yet: `ptml migrate --eraser ROLE` gives them out."""
    for function in (_REPLACE, _WITHDRAW, _REMOVE, _ANALYZE):
        # Read by the driver as they stand: a percent sign is one.
        op.get_bind().exec_driver_sql(function.replace("%", "%%"))
    for function in _PRIVATE:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
