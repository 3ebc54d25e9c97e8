-- Every name that the register holds for the people wanted.
SELECT DISTINCT person_id, surname, forename
FROM linkage.identity
WHERE person_id IN (SELECT person_id FROM review_wanted)
ORDER BY person_id, surname, forename
