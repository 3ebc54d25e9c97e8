-- People by forename, one row a person.
SELECT compact(forename) AS forename, count(DISTINCT person_id) AS people
FROM identity_for_frequencies
WHERE is_primary AND forename IS NOT NULL
GROUP BY 1
ORDER BY 1
