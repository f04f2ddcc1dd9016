"""Spreadsheets into the registers (导入): read, check every row, show, confirm, append all or nothing."""
