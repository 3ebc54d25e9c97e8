-- One row for every index event of somebody who reoffended within two years. No row: no reoffence.
SELECT
  person_id,
  disposal_id,
  count(*) FILTER (WHERE in_first_year) AS reoffences,
  max(days) FILTER (WHERE in_first_year AND place = 1) AS days_to_first_reoffence,
  max(court_outcome) FILTER (WHERE in_first_year AND place = 1) AS first_court_outcome,
  count(*) FILTER (WHERE in_first_year AND court_outcome = 'indictable') AS indictable_reoffences,
  count(*) FILTER (WHERE in_first_year AND court_outcome = 'either_way') AS either_way_reoffences,
  count(*) FILTER (WHERE in_first_year AND court_outcome = 'summary') AS summary_reoffences,
  max(CASE WHEN is_custody THEN 1 ELSE 0 END) FILTER (WHERE in_first_year AND place = 1) = 1 AS custody_for_first_reoffence,
  count(DISTINCT proven_at) FILTER (WHERE in_first_year AND is_custody) AS custodial_sentences,
  count(*) AS reoffences_two_years
FROM reoffence
GROUP BY person_id, disposal_id
