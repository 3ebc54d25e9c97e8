"""When the first event came: survival curves, restricted mean times and hazard ratios, beside the official test."""
