-- Three roles for the review page's database, each with what its part needs and no more. Run once by
-- an administrator, in the database that is to hold it; it may be run again. Every name can be another:
--
--   psql -d DATABASE -v ON_ERROR_STOP=1 \
--        -v owner=ptml_review_owner -v page=ptml_review -v learner=ptml_review_learner \
--        -v schema=review -f deploy/postgres/review.sql
--
-- Then, as the owner:
--
--   ptml review-migrate --db 'postgresql://ptml_review_owner@HOST/DATABASE' \
--        --page ptml_review --learner ptml_review_learner
--
-- The roles log in and have no password yet: give them one (\password ptml_review), or a line in
-- pg_hba.conf. What each may do afterwards:
--
--   owner    owns the tables and migrates them; erases a person (`ptml review-erase`)
--   page     runs `ptml review`: reads and writes rows, and to the audit log it only adds
--   learner  `ptml train --reviews`: reads decisions as `warning_actions`, and nothing else

\if :{?owner} \else \set owner ptml_review_owner \endif
\if :{?page} \else \set page ptml_review \endif
\if :{?learner} \else \set learner ptml_review_learner \endif
\if :{?schema} \else \set schema review \endif

BEGIN;

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY[:'owner', :'page', :'learner']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

CREATE SCHEMA IF NOT EXISTS :"schema";
ALTER SCHEMA :"schema" OWNER TO :"owner";
REVOKE ALL ON SCHEMA :"schema" FROM PUBLIC;
GRANT USAGE ON SCHEMA :"schema" TO :"page", :"learner";

SELECT format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', name, current_database(), :'schema')
FROM unnest(ARRAY[:'owner', :'page', :'learner']) AS name \gexec
ALTER ROLE :"learner" SET default_transaction_read_only = on;

COMMIT;
