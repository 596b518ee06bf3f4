"""Database C: record sets of ministries, what states submit of them, and the statistics compiled from the records."""
