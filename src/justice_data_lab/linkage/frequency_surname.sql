-- People by surname, one row a person.
SELECT compact(surname) AS surname, count(DISTINCT person_id) AS people
FROM identity_for_frequencies
WHERE is_primary AND surname IS NOT NULL
GROUP BY 1
ORDER BY 1
