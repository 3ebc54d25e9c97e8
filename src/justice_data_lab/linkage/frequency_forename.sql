-- People by forename: each person once for every forename the register holds for them, aliases too.
SELECT compact(forename) AS forename, count(DISTINCT person_id) AS people
FROM identity_for_frequencies
WHERE forename IS NOT NULL
GROUP BY 1
ORDER BY 1
