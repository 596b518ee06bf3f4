"""Reference data: frameworks, Member States with dated membership, areas, sectoral bodies, code lists."""
