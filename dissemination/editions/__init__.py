"""Meeting editions: frozen figures, the right of reply, what changed since."""
