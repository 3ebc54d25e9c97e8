-- A seeded sample of people, one primary row each, in an order that no engine's random numbers decide.
SELECT
    CAST(identity AS VARCHAR) AS unique_id,
    surname, forename, middle_names, date_of_birth, sex, pnc_id, prison_number
FROM linkage.identity
WHERE is_primary
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY identity) = 1
ORDER BY md5(concat($seed, '|', person_id)), person_id
LIMIT $size
