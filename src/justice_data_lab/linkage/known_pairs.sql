-- Scored pairs in which the row's police number names exactly one person of the register: the person's best name for the row.
WITH owners AS (
    SELECT pnc_id, min(person_id) AS person_id
    FROM linkage.identity
    WHERE pnc_id IS NOT NULL
    GROUP BY pnc_id
    HAVING count(DISTINCT person_id) = 1
)
SELECT s.*
FROM scored s
JOIN cohort_cleaned c ON concat('c', CAST(c.row AS VARCHAR)) = s.unique_id_l
JOIN candidate_identity i ON concat('i', CAST(i.identity AS VARCHAR)) = s.unique_id_r
JOIN owners o ON o.pnc_id = c.pnc_id AND o.person_id = i.person_id
QUALIFY row_number() OVER (PARTITION BY c.row ORDER BY s.match_weight DESC, i.identity) = 1
