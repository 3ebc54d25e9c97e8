-- What proven reoffending was like, of every index event with complete follow-up: all of them, and by kind of disposal.
-- Counts of index events; the court outcome and custody are those of the first proven reoffence, "any" those of the whole year.
SELECT
  COALESCE(kind, 'all') AS sentence,
  COUNT(*) AS events,
  COUNT(*) FILTER (WHERE reoffended) AS reoffended,
  COUNT(*) FILTER (WHERE first_court_outcome = 'indictable') AS first_indictable,
  COUNT(*) FILTER (WHERE first_court_outcome = 'either_way') AS first_either_way,
  COUNT(*) FILTER (WHERE first_court_outcome = 'summary') AS first_summary,
  COUNT(*) FILTER (WHERE custody_for_first_reoffence) AS first_custody,
  COUNT(*) FILTER (WHERE indictable_reoffences > 0) AS any_indictable,
  COUNT(*) FILTER (WHERE either_way_reoffences > 0) AS any_either_way,
  COUNT(*) FILTER (WHERE indictable_reoffences + either_way_reoffences > 0) AS any_indictable_or_either_way,
  COUNT(*) FILTER (WHERE summary_reoffences > 0) AS any_summary,
  COUNT(*) FILTER (WHERE custodial_sentences > 0) AS any_custody
FROM index_event
WHERE complete_follow_up
GROUP BY GROUPING SETS ((), (kind))
ORDER BY GROUPING(kind) DESC, sentence
