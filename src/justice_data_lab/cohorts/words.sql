-- The words that stand in the columns of these index events, in order.
SELECT
  coalesce(list(DISTINCT sex ORDER BY sex), []) AS sex,
  coalesce(list(DISTINCT sentence_band ORDER BY sentence_band), []) AS sentence_band,
  coalesce(list(DISTINCT index_offence_group ORDER BY index_offence_group), []) AS index_offence_group,
  coalesce(list(DISTINCT region ORDER BY region), []) AS region
FROM read_parquet($events, hive_partitioning = false)
WHERE kind = $kind AND complete_follow_up AND age_at_index >= 18
