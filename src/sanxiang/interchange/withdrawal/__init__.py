"""Whether what was withdrawn is gone everywhere (撤下回执): each place is asked, and what it said is kept."""
