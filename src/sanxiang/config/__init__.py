"""Settings, addresses, the command line, and what starts and stops the whole. Decides nothing about the law."""
