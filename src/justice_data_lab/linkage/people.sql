-- Names rolled up to the person: for each row and person the weight of the person's best name.
SELECT
    CAST(substr(s.unique_id_l, 2) AS INTEGER) AS row,
    i.person_id,
    max(s.match_weight) AS weight
FROM scored s
JOIN candidate_identity i ON i.identity = CAST(substr(s.unique_id_r, 2) AS INTEGER)
GROUP BY 1, 2
ORDER BY 1, 3 DESC, 2
