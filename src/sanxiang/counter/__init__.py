"""The counter (窗口): what the public and the parties send comes in here, and nowhere else."""
