"""Files that hold people: sealed as they come in, opened by nobody but the worker."""
