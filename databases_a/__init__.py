"""Database A: Tool 1, Tool 2 and the Results Framework Monitoring Database."""
