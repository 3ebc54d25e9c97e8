-- Of the history, the offences committed in the one and three years before the index date.
SELECT
  i.person_id,
  i.disposal_id,
  count(*) FILTER (WHERE o.offence_date >= i.one_year_before) AS offences_last_year,
  count(*) AS offences_last_three_years
FROM index_disposal AS i
JOIN proven_offence AS o
  ON o.person_id = i.person_id
  AND o.offence_date >= i.three_years_before
  AND o.offence_date < i.index_date
  AND o.disposal_date < i.known_before
  AND o.disposal_id <> i.disposal_id
WHERE o.is_counted
GROUP BY i.person_id, i.disposal_id
