"""`python -m sanxiang.config.hand AGENCY …`: one hand of the filling (`playing`), in a process of its own."""

import sys

from sanxiang.config.operating import django

if __name__ == "__main__":
    django()
    from sanxiang.config.playing import main

    sys.exit(main(sys.argv[1:]))
