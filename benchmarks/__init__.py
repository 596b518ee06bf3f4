"""What is measured, and against what. Not part of the tests. `make bench` runs all; docs/performance.md has results."""
