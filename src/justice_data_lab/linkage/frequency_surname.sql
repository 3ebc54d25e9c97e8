-- People by surname: each person once for every surname the register holds for them, aliases too.
SELECT compact(surname) AS surname, count(DISTINCT person_id) AS people
FROM identity_for_frequencies
WHERE surname IS NOT NULL
GROUP BY 1
ORDER BY 1
