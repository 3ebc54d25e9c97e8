-- One event a person, chosen without looking ahead: the first with which the person could start. None: not in the pool.
SELECT p.person_id, p.disposal_id, p.kind, p.index_date, p.lag_days
FROM pool_start AS p
JOIN startable AS s ON s.person_id = p.person_id AND s.disposal_id = p.disposal_id
WHERE s.complete_follow_up AND NOT s.is_superseded AND NOT s.has_reoffended
QUALIFY row_number() OVER (PARTITION BY p.person_id ORDER BY p.index_date, p.disposal_id) = 1
