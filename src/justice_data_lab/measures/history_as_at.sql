-- History as it was known at the date asked about: counted offences proven on a day before known_before. Offences of the index
-- disposal itself are not history, whatever day they bear. No row: no history.
-- The counts of each offence group are added from the catalogue.
SELECT
  i.person_id,
  i.disposal_id,
  min(o.disposal_date) AS first_proven_on,
  max(o.disposal_date) AS last_proven_on,
  count(*) AS previous_offences,
  count(DISTINCT o.disposal_id) FILTER (WHERE o.disposal = 'conviction') AS previous_convictions,
  count(DISTINCT o.disposal_id) FILTER (WHERE o.disposal = 'caution') AS previous_cautions,
  count(DISTINCT o.disposal_id) FILTER (WHERE o.is_custody) AS previous_custodial_sentences
FROM index_disposal AS i
JOIN proven_offence AS o
  ON o.person_id = i.person_id
  AND o.disposal_date < i.known_before
  AND o.disposal_id <> i.disposal_id
WHERE o.is_counted
GROUP BY i.person_id, i.disposal_id
