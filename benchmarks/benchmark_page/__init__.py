"""The page of benchmarks, written from the results that the parts keep: no row of it is typed by hand."""
