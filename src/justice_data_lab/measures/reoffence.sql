-- Every proven reoffence: committed in [index date, + 12 months), proven before index date + 18 months, recordable, not a
-- breach, not part of the index disposal. place 1 is the first: earliest, then most serious, then custody, then offence_id.
SELECT
  i.person_id,
  i.disposal_id,
  o.disposal_id AS proven_at,
  o.court_outcome,
  o.is_custody,
  date_diff('day', i.index_date, o.offence_date) AS days,
  row_number() OVER (
    PARTITION BY i.person_id, i.disposal_id
    ORDER BY o.offence_date, o.seriousness, CASE WHEN o.is_custody THEN 0 ELSE 1 END, o.offence_id
  ) AS place
FROM index_disposal AS i
JOIN proven_offence AS o
  ON o.person_id = i.person_id
  AND o.offence_date >= i.index_date
  AND o.offence_date < i.follow_up_end
  AND o.disposal_date < i.waiting_end
  AND o.disposal_id <> i.disposal_id
WHERE o.is_counted AND i.complete_follow_up
