-- People by full name, one row a person, where two or more bear it.
SELECT compact(surname) || ' ' || compact(forename) AS full_name, count(DISTINCT person_id) AS people
FROM identity_for_frequencies
WHERE is_primary AND surname IS NOT NULL AND forename IS NOT NULL
GROUP BY 1
HAVING count(DISTINCT person_id) > 1
ORDER BY 1
