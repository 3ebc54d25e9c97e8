-- With the intervention clock: whether follow-up is complete from the start, whether the index disposal still was the one that
-- counts, whether the person had reoffended by then. All three are known for the treated and for the pool alike.
SELECT
  i.person_id,
  i.disposal_id,
  i.complete_follow_up,
  s.person_id IS NOT NULL AS is_superseded,
  r.person_id IS NOT NULL AS has_reoffended
FROM index_disposal AS i
LEFT JOIN superseded AS s ON s.person_id = i.person_id AND s.disposal_id = i.disposal_id
LEFT JOIN early_reoffence AS r ON r.person_id = i.person_id AND r.disposal_id = i.disposal_id
