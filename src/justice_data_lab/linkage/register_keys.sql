-- Every identity's blocking keys: the first part of a hash names the kind of key, so that kinds never meet.
-- A key with a missing part is null and left out.
WITH parts AS (
    SELECT
        identity, pnc_id, prison_number,
        compact(surname) AS surname, compact(forename) AS forename,
        CAST(date_of_birth AS VARCHAR) AS birth
    FROM identity_for_keys
),
hashed AS (
    SELECT
        identity,
        unnest([
            key_hash('pnc', pnc_id),
            key_hash('prison', prison_number),
            key_hash('surname+birth', surname, birth),
            key_hash('names+year+month', surname, forename, substr(birth, 1, 7)),
            key_hash('names+year+day', surname, forename, substr(birth, 1, 4), substr(birth, 9, 2)),
            key_hash('names+month+day', surname, forename, substr(birth, 6, 5)),
            key_hash('birth+surname3', birth, substr(surname, 1, 3)),
            key_hash('birth+forename3', birth, substr(forename, 1, 3))
        ]) AS key
    FROM parts
)
SELECT key, identity
FROM hashed
WHERE key IS NOT NULL
ORDER BY key, identity
