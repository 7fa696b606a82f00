"""The spider of a site, and the loader that makes one of each site in config.yaml."""
