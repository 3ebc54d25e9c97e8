-- One row for each distinct name of a person, cleaned. An alias without a number, sex or date of birth takes the person's.
WITH cleaned AS (
    SELECT
        CAST(person_id AS VARCHAR) AS person_id,
        clean_name(surname) AS surname,
        clean_name(forename) AS forename,
        clean_name(middle_names) AS middle_names,
        clean_date(date_of_birth) AS date_of_birth,
        clean_sex(sex) AS sex,
        clean_pnc(pnc_id) AS pnc_id,
        clean_number(prison_number) AS prison_number,
        is_primary
    FROM identity
),
known AS (
    SELECT
        c.person_id, c.surname, c.forename, c.middle_names,
        coalesce(c.date_of_birth, clean_date(p.date_of_birth)) AS date_of_birth,
        coalesce(c.sex, clean_sex(p.sex)) AS sex,
        coalesce(c.pnc_id, max(c.pnc_id) OVER (PARTITION BY c.person_id)) AS pnc_id,
        coalesce(c.prison_number, max(c.prison_number) OVER (PARTITION BY c.person_id)) AS prison_number,
        c.is_primary
    FROM cleaned c
    JOIN person p ON CAST(p.person_id AS VARCHAR) = c.person_id
),
distinct_names AS (
    SELECT
        person_id, surname, forename, middle_names, date_of_birth, sex, pnc_id, prison_number,
        bool_or(is_primary) AS is_primary
    FROM known
    WHERE surname IS NOT NULL OR forename IS NOT NULL OR pnc_id IS NOT NULL OR prison_number IS NOT NULL
    GROUP BY ALL
)
SELECT
    CAST(row_number() OVER (
        ORDER BY person_id, is_primary DESC, surname, forename, middle_names, date_of_birth, sex, pnc_id, prison_number
    ) AS INTEGER) AS identity,
    *
FROM distinct_names
ORDER BY identity
