-- One row for every index event of somebody who reoffended. No row: no reoffence.
SELECT
  person_id,
  disposal_id,
  count(*) AS reoffences,
  max(days) FILTER (WHERE place = 1) AS days_to_first_reoffence,
  max(court_outcome) FILTER (WHERE place = 1) AS first_court_outcome,
  count(*) FILTER (WHERE court_outcome = 'indictable') AS indictable_reoffences,
  count(*) FILTER (WHERE court_outcome = 'either_way') AS either_way_reoffences,
  count(*) FILTER (WHERE court_outcome = 'summary') AS summary_reoffences,
  max(CASE WHEN is_custody THEN 1 ELSE 0 END) FILTER (WHERE place = 1) = 1 AS custody_for_first_reoffence,
  count(DISTINCT proven_at) FILTER (WHERE is_custody) AS custodial_sentences
FROM reoffence
GROUP BY person_id, disposal_id
