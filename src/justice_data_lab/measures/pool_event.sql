-- One event a person, chosen without looking ahead: the first of the drawn kind on or after the drawn date. None: not in
-- the pool.
SELECT d.person_id, c.disposal_id, c.kind, c.index_date
FROM draw AS d
JOIN drawn_from AS t ON t.place = d.place
JOIN candidate AS c ON c.person_id = d.person_id AND c.kind = t.kind AND c.index_date >= t.index_date
QUALIFY row_number() OVER (PARTITION BY d.person_id ORDER BY c.index_date, c.disposal_id) = 1
