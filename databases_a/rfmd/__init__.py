"""RFMD: KPIs and leaves, recipes as data, aggregation, progress and lineage."""
