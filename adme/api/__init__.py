"""What every API endpoint shares: pagination, renderers, errors, permissions."""
