"""Pure functions from rows to Plotly figure dictionaries."""
