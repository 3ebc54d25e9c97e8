-- Which disposal belongs to each linked row. Dates decide, in this order:
--   a start within [disposal_date, ended) of a custodial disposal: that one (the latest begun, if several);
--   any other start: the latest release or order on or before it, at most max_lag_days earlier;
--   no start: the disposal nearest to the conviction date given, within 30 days;
--   neither a start nor a disposal so near to the conviction date: the one nearest to the index date given, within 30 days.
-- A custodial sentence ends with the release. Where the register has no release, it ends with the person's next disposal or release,
-- and while there is none it is being served. It stands among the others like any sentence, but a row that belongs to it is lost:
-- nobody knows on which day its clock would start.
-- The disposal must be an index event of the snapshot; where none is left, `reason` says why.
WITH days AS (
    SELECT person_id, disposal_date AS day
    FROM linked_disposal
    UNION ALL
    SELECT person_id, release_date AS day
    FROM linked_disposal
    WHERE kind = 'custody' AND release_date IS NOT NULL
),
unreleased AS (
    SELECT d.person_id, d.disposal_id, min(n.day) AS ended
    FROM linked_disposal d
    JOIN days n ON n.person_id = d.person_id AND n.day > d.disposal_date
    WHERE d.kind = 'custody' AND d.release_date IS NULL
    GROUP BY d.person_id, d.disposal_id
),
dated AS (
    SELECT *, CASE WHEN kind = 'custody' THEN release_date ELSE disposal_date END AS index_date
    FROM linked_disposal
),
disposals AS (
    SELECT d.person_id, d.disposal_id, d.kind, d.disposal_date, d.index_date, coalesce(d.index_date, u.ended) AS ended
    FROM dated d
    LEFT JOIN unreleased u ON u.person_id = d.person_id AND u.disposal_id = d.disposal_id
),
joined AS (
    SELECT
        w.row, w.intervention_start AS start, d.disposal_id, d.kind, d.disposal_date, d.index_date,
        d.kind = 'custody' AND w.intervention_start >= d.disposal_date
            AND coalesce(w.intervention_start < d.ended, TRUE) AS in_custody,
        date_diff('day', d.ended, w.intervention_start) AS lag,
        abs(date_diff('day', d.disposal_date, w.conviction_date)) AS from_conviction,
        abs(date_diff('day', d.ended, w.index_date)) AS from_index
    FROM linked_row w
    JOIN disposals d ON d.person_id = w.person_id
),
fitting AS (
    SELECT
        *,
        CASE
            WHEN in_custody THEN 1
            WHEN start IS NOT NULL AND kind IN ('custody', 'suspended_sentence_order', 'community_order')
                AND lag BETWEEN 0 AND $max_lag_days THEN 2
            WHEN start IS NULL AND from_conviction <= $nearest_days THEN 3
            WHEN start IS NULL AND from_index <= $nearest_days THEN 4
        END AS rule
    FROM joined
),
ranked AS (
    SELECT
        row, disposal_id, kind, index_date,
        row_number() OVER (
            PARTITION BY row
            ORDER BY
                rule,
                CASE rule
                    WHEN 1 THEN date_diff('day', disposal_date, start)
                    WHEN 2 THEN lag
                    WHEN 3 THEN from_conviction
                    ELSE from_index
                END,
                index_date NULLS LAST, disposal_id
        ) AS place
    FROM fitting
    WHERE rule IS NOT NULL
),
events AS (
    -- Kind and date beside the id let the engine skip what the files hold of other kinds and years.
    SELECT DISTINCT e.disposal_id, e.ethnicity
    FROM read_parquet($index_events, hive_partitioning = false) e
    JOIN ranked r ON r.disposal_id = e.disposal_id AND r.kind = e.kind AND r.index_date = e.index_date
    WHERE r.place = 1
)
SELECT
    w.row,
    CASE WHEN e.disposal_id IS NOT NULL THEN r.disposal_id END AS disposal_id,
    CASE WHEN e.disposal_id IS NOT NULL THEN r.index_date END AS index_date,
    CASE WHEN e.disposal_id IS NOT NULL THEN r.kind END AS kind,
    CASE
        WHEN e.disposal_id IS NOT NULL THEN ''
        WHEN r.index_date IS NOT NULL THEN 'not_an_index_event'
        WHEN r.disposal_id IS NOT NULL THEN 'not_released'
        WHEN coalesce(w.intervention_start, w.conviction_date, w.index_date) IS NULL THEN 'no_date'
        WHEN w.intervention_start IS NULL THEN 'none_near_date'
        ELSE 'none_before_start'
    END AS reason,
    e.ethnicity
FROM linked_row w
LEFT JOIN ranked r ON r.row = w.row AND r.place = 1
LEFT JOIN events e ON e.disposal_id = r.disposal_id
ORDER BY w.row
