"""The ground that every stage stands on: clock, errors, database, text, addresses, located YAML."""
