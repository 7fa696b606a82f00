"""From articles to alerts: the config, the daemon, watchlists, matching, and the commands."""
