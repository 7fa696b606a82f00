"""What holds for every test: no property is judged by how long the machine took.

Where CI is set, properties try the same examples each time, so that what fails there is what was changed;
everywhere else they go on looking for new ones, and `make fuzz` for an hour.
"""

import os

from hypothesis import settings

settings.register_profile("siaga", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("siaga")
