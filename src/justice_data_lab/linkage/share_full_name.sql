-- Share of the register's people who bear each full name of the request: as counted, or as its parts' shares multiply.
WITH wanted AS (
    SELECT DISTINCT full_name, surname, forename
    FROM records_for_frequencies
    WHERE surname IS NOT NULL AND forename IS NOT NULL
),
shares AS (
    SELECT
        wanted.full_name,
        coalesce(f.people, 1) / CAST($people AS DOUBLE) AS counted,
        coalesce(s.people, 1) / CAST($people AS DOUBLE) * coalesce(g.people, 1) / CAST($people AS DOUBLE) AS multiplied,
        f.people IS NOT NULL AS is_counted
    FROM wanted
    LEFT JOIN people_by_full_name f ON f.full_name = wanted.full_name
    LEFT JOIN people_by_surname s ON s.surname = wanted.surname
    LEFT JOIN people_by_forename g ON g.forename = wanted.forename
)
SELECT full_name, CASE WHEN is_counted THEN greatest(counted, multiplied) ELSE multiplied END AS tf_full_name
FROM shares
