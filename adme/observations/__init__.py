"""What a data point is: time periods, observation status, series points, and the registry that finds series."""
