"""What holds for every test: no property is judged by how long the machine took."""

from hypothesis import settings

settings.register_profile("siaga", deadline=None)
settings.load_profile("siaga")
