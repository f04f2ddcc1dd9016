"""The public site: reads only what was published, through a database role of its own."""
