-- Share of the register's people who bear each surname of the request.
WITH wanted AS (SELECT DISTINCT surname FROM records_for_frequencies WHERE surname IS NOT NULL)
SELECT wanted.surname, greatest(coalesce(p.people, 1), 1) / CAST($people AS DOUBLE) AS tf_surname
FROM wanted
LEFT JOIN people_by_surname p ON p.surname = wanted.surname
