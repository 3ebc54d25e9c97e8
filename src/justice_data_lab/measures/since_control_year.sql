-- What was proven of the time from the end of the control year to the index disposal: counted offences committed since, proven on a day
-- before it, elsewhere than at it. No row: none.
SELECT
  y.person_id,
  y.disposal_id,
  count(*) AS offences_since_control_year,
  count(DISTINCT o.disposal_id) AS disposals_since_control_year
FROM control_year AS y
JOIN proven_offence AS o
  ON o.person_id = y.person_id
  AND o.offence_date >= y.year_end
  AND o.disposal_date < y.disposal_date
  AND o.disposal_id <> y.disposal_id
WHERE o.is_counted
GROUP BY y.person_id, y.disposal_id
