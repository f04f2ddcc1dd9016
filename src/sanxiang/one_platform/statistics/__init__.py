"""Statistics and reports (统计、年报): counted from the record, every figure led back to its cases."""
