-- One row for every disposal of a life: the counted offences proven at it, and the day. Index disposals at which no offence counted
-- come in with zeros, so that each has its place in the order of days.
-- A disposal has one day, but not always in real data: the last one given to it tells of those that have several.
-- The counts of each offence group are added from the catalogue, here and in the steps after.
SELECT
  person_id,
  disposal_id,
  min(disposal_date) AS disposal_date,
  max(disposal_date) AS last_disposal_date,
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
GROUP BY person_id, disposal_id
