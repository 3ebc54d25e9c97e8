-- The same of uneven lives, offence by offence: offences of the index disposal itself are not history, whatever day they bear, and a
-- disposal whose offences bear several days is one.
SELECT
  i.person_id,
  i.disposal_id,
  i.disposal_date,
  coalesce(min(o.disposal_date), i.disposal_date) AS first_day,
  max(o.disposal_date) AS last_proven_on,
  count(o.offence_id) AS previous_offences,
  count(DISTINCT o.disposal_id) FILTER (WHERE o.disposal = 'conviction') AS previous_convictions,
  count(DISTINCT o.disposal_id) FILTER (WHERE o.disposal = 'caution') AS previous_cautions,
  count(DISTINCT o.disposal_id) FILTER (WHERE o.is_custody) AS previous_custodial_sentences
FROM index_disposal AS i
JOIN uneven_life AS u ON u.person_id = i.person_id
LEFT JOIN proven_offence AS o
  ON o.person_id = i.person_id
  AND o.disposal_date < i.known_before
  AND o.disposal_id <> i.disposal_id
  AND o.is_counted
GROUP BY i.person_id, i.disposal_id, i.disposal_date
