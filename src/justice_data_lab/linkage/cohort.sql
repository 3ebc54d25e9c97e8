-- The cohort's rows, cleaned by the same calls as the register's.
SELECT
    row,
    clean_name(surname) AS surname,
    clean_name(forename) AS forename,
    CAST(NULL AS VARCHAR) AS middle_names,
    clean_date(CAST(date_of_birth AS DATE)) AS date_of_birth,
    clean_sex(sex) AS sex,
    clean_pnc(pnc_id) AS pnc_id,
    clean_number(prison_number) AS prison_number
FROM cohort_rows
