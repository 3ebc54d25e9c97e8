-- The treated events, numbered from 0 in the order of kind and date: a draw of one of them is a draw of a kind in
-- proportion to the treated, then of a date of that kind, and of the days from it to a start.
SELECT kind, index_date, lag_days, row_number() OVER (ORDER BY kind, index_date, person_id) - 1 AS place
FROM treated_event
