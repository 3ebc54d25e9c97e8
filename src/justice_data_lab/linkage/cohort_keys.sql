-- The keys a cohort row looks up: those of `register_keys.sql`, then day and month swapped, then the two names swapped.
WITH parts AS (
    SELECT
        row, pnc_id, prison_number,
        compact(surname) AS surname, compact(forename) AS forename,
        CAST(date_of_birth AS VARCHAR) AS birth
    FROM cohort_cleaned
),
swapped AS (
    SELECT *, substr(birth, 1, 5) || substr(birth, 9, 2) || substr(birth, 5, 3) AS swapped_birth
    FROM parts
),
hashed AS (
    SELECT
        row,
        unnest([
            key_hash('pnc', pnc_id),
            key_hash('prison', prison_number),
            key_hash('names+year+month', surname, forename, substr(birth, 1, 7)),
            key_hash('names+year+day', surname, forename, substr(birth, 1, 4), substr(birth, 9, 2)),
            key_hash('names+month+day', surname, forename, substr(birth, 6, 5)),
            key_hash('birth+surname3', birth, substr(surname, 1, 3)),
            key_hash('birth+forename3', birth, substr(forename, 1, 3)),
            key_hash('surname+birth', surname, swapped_birth),
            key_hash('surname+birth', forename, birth)
        ]) AS key
    FROM swapped
)
SELECT DISTINCT row, key
FROM hashed
WHERE key IS NOT NULL
