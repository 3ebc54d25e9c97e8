-- One row for every disposal of a life: the counted offences proven at it. Index disposals at which no offence counted
-- come in with zeros, so that each has its place in the order of days.
-- The counts of each offence group are added from the catalogue, here and in the two steps after.
SELECT
  person_id,
  disposal_date,
  disposal_id,
  count(*) FILTER (WHERE is_counted) AS offences,
  max(CASE WHEN is_counted AND disposal = 'conviction' THEN 1 ELSE 0 END) AS convictions,
  max(CASE WHEN is_counted AND disposal = 'caution' THEN 1 ELSE 0 END) AS cautions,
  max(CASE WHEN is_counted AND is_custody THEN 1 ELSE 0 END) AS custodial_sentences
FROM (
  SELECT person_id, disposal_date, disposal_id, is_counted, disposal, is_custody, offence_group
  FROM proven_offence
  UNION ALL
  SELECT person_id, disposal_date, disposal_id, FALSE, NULL, FALSE, NULL
  FROM index_disposal
) AS proven_or_index
GROUP BY person_id, disposal_date, disposal_id
