"""The public site: reads the tables made for the public and the rulebooks, through a database role of its own."""
