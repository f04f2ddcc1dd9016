"""Pages of the desk (办案台的页面)."""
