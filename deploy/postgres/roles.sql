-- Five roles, each with what its part needs and no more. Run once by an administrator, who may create
-- roles; it may be run again. Every name can be another:
--
--   psql -d DATABASE -v ON_ERROR_STOP=1 \
--        -v owner=ptml_owner -v source_reader=ptml_source -v writer=ptml_writer -v reader=ptml_reader \
--        -v eraser=ptml_eraser -v output_schema=ptml -v source_schema=public -f deploy/postgres/roles.sql
--
-- Then, as the owner:
--
--   ptml migrate 'postgresql://ptml_owner@HOST/DATABASE?schema=ptml' \
--        --writer ptml_writer --reader ptml_reader --eraser ptml_eraser
--
-- The roles log in and have no password yet: give them one (\password ptml_writer), or a line in
-- pg_hba.conf. What each may do afterwards:
--
--   owner          owns the output schema and all in it; migrates it
--   source_reader  reads the contract's tables of the source schema, and no other table there
--   writer         adds a run and removes runs that are too old, by functions of the owner: it can
--                  neither drop, change nor read a table, not even what it has written
--   reader         reads the newest run, those before it that are kept, and the list of runs
--   eraser         reads what the reader reads, takes people out of it, and removes runs before the
--                  newest, by functions of the owner: it can neither drop nor change a table

\if :{?owner} \else \set owner ptml_owner \endif
\if :{?source_reader} \else \set source_reader ptml_source \endif
\if :{?writer} \else \set writer ptml_writer \endif
\if :{?reader} \else \set reader ptml_reader \endif
\if :{?eraser} \else \set eraser ptml_eraser \endif
\if :{?output_schema} \else \set output_schema ptml \endif
\if :{?source_schema} \else \set source_schema public \endif

BEGIN;

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY[:'owner', :'source_reader', :'writer', :'reader', :'eraser']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

CREATE SCHEMA IF NOT EXISTS :"output_schema";
ALTER SCHEMA :"output_schema" OWNER TO :"owner";
REVOKE ALL ON SCHEMA :"output_schema" FROM PUBLIC;

GRANT USAGE ON SCHEMA :"source_schema" TO :"source_reader";
SELECT format('GRANT SELECT ON %I.%I TO %I', schemaname, name, :'source_reader')
FROM (
    SELECT schemaname, tablename AS name FROM pg_tables
    UNION ALL SELECT schemaname, viewname FROM pg_views
    UNION ALL SELECT schemaname, matviewname FROM pg_matviews
) AS relations
WHERE schemaname = :'source_schema' AND name IN (
    'employees', 'assignments', 'org_units', 'roles', 'competencies', 'role_requirements',
    'assessments', 'courses', 'course_competencies', 'prerequisites', 'enrolments',
    'transfer_evidence', 'kpis', 'performance', 'goals', 'kpi_competencies', 'feedback',
    'personal_goals', 'absences', 'incidents', 'exposures', 'flags', 'warning_actions'
) \gexec

-- What a role may do is done in one place: no other thing is made by these.
ALTER ROLE :"source_reader" SET default_transaction_read_only = on;
ALTER ROLE :"reader" SET default_transaction_read_only = on;

COMMIT;
