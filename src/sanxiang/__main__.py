"""`python -m sanxiang`."""

import sys

from sanxiang.config.cli import main

sys.exit(main())
