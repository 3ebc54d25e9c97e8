-- People by full name, each person once for every name the register holds for them, where two or more people bear it.
SELECT compact(surname) || ' ' || compact(forename) AS full_name, count(DISTINCT person_id) AS people
FROM identity_for_frequencies
WHERE surname IS NOT NULL AND forename IS NOT NULL
GROUP BY 1
HAVING count(DISTINCT person_id) > 1
ORDER BY 1
