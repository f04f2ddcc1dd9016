"""The platform around the three systems: registers, supervision, statistics, discretion, training."""
