-- Share of the register's people who bear each forename of the request.
WITH wanted AS (SELECT DISTINCT forename FROM records_for_frequencies WHERE forename IS NOT NULL)
SELECT wanted.forename, greatest(coalesce(p.people, 1), 1) / CAST($people AS DOUBLE) AS tf_forename
FROM wanted
LEFT JOIN people_by_forename p ON p.forename = wanted.forename
