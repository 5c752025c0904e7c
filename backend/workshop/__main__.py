"""`python -m workshop`, as `get_api_key.sh` calls it."""

import sys

from workshop.cli import main

sys.exit(main())
