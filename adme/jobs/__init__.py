"""Background work. A Job row is the truth; how it is delivered is a detail."""
