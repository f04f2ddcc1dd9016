"""Sharing what is public with other systems (信息共享): they pull or are pushed to, and get nothing twice."""
