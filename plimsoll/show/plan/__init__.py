"""These files show a plan or a refusal to a person: as a table, as Markdown, as an answer to "why not"."""
